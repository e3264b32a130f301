import type { JsonObject } from '../../src/lib/json.ts'
import { type Owner, unknown } from '../../src/plan/resource.ts'
import type { Cluster } from '../../src/provider/blueprint.ts'
import type { LocalTags } from './api.ts'

/** Our marks. The cluster's uid decides what is ours, the Service's uid whose; names are for people. */
const clusterTag = 'lb-controller.io/cluster'
const uidTag = 'lb-controller.io/service-uid'
export const serviceTag = 'lb-controller.io/service'
const groupTag = 'lb-controller.io/group'
const keyTag = 'lb-controller.io/key'
/** On a certificate: where it comes from. */
export const sourceTag = 'lb-controller.io/certificate'

export const ownPrefix = 'lb-controller.io/'

interface Marked {
  readonly cluster: Cluster
  readonly key: string
  readonly group: string | undefined
  /** Absent on what all Services of a group share. */
  readonly owner?: { readonly uid: string | undefined; readonly name: string }
}

export const marksOf = ({ cluster, key, group, owner }: Marked): JsonObject => ({
  [clusterTag]: cluster.uid ?? unknown('the uid of the cluster'),
  ...(group === undefined ? {} : { [groupTag]: group }),
  ...(owner === undefined
    ? {}
    : { [uidTag]: owner.uid ?? unknown('the uid of the Service'), [serviceTag]: owner.name }),
  [keyTag]: key,
})

export const stackOfGroup = (group: string): string => `group/${group}`

/** What the marks on an object tell; undefined where it is not of this cluster. */
export interface Marks {
  readonly stack: string
  readonly key: string
  readonly owner: Owner
}

export function marksIn(tags: LocalTags, clusterUid: string | undefined): Marks | undefined {
  const { [uidTag]: uid, [groupTag]: group, [keyTag]: key } = tags
  if (clusterUid === undefined || tags[clusterTag] !== clusterUid || key === undefined) return undefined
  const stack = group === undefined ? uid : stackOfGroup(group)
  if (stack === undefined) return undefined
  // What a group shares is no Service's alone, so that none takes it away.
  const owner =
    uid === undefined ? { uid: stack, name: `group ${group ?? ''}` } : { uid, name: tags[serviceTag] ?? uid }
  return { stack, key, owner }
}
