import { textOf } from '../../../src/lib/json-fields.ts'
import type { Json, JsonObject } from '../../../src/lib/json.ts'
import { namedOwner } from '../../../src/plan/partial-owner.ts'
import type { Observed, Owner, Parts } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { whose } from '../descriptions.ts'
import { lastOf, place, placeOf } from '../links.ts'

import { shortHash } from '../names.ts'
import { clusterOwner, sharedStack, stackOf } from '../owners.ts'

/** How long a list of Compute Engine may lag behind a write. */
const settleMs = 15_000

/** What most kinds have in common. */
export const usual = {
  ...usualForm,
  kept: ['name', 'description'],
  replace: 'never',
  nameIsUnique: true,
  servesTraffic: false,
  settleMs,
} satisfies Partial<Form>

/** Fields of a cloud's body that a spec knows. */
export const pick = (wire: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(fields.flatMap((field) => (wire[field] === undefined ? [] : [[field, wire[field]]])))

/** A list of texts in one order, each once. Lists that hold what is not known yet stay as they are. */
export const sorted = (
  value: Json | undefined,
  turn: (text: string) => string = (text) => text,
): Json | undefined => {
  if (!Array.isArray(value)) return value
  const items = value as readonly Json[]
  if (!items.every((item) => typeof item === 'string')) return value
  return [...new Set(items.map(turn))].toSorted()
}

interface Seen {
  readonly kind: string
  readonly collection: string
  readonly key: string
  readonly wire: JsonObject
  readonly spec: JsonObject
  readonly parts?: Parts
  readonly out?: Readonly<Record<string, string>>
  readonly cluster: Cluster
  /** Of what no description tells of: to whom its name belongs. */
  readonly owner?: Whose
  readonly serving?: boolean
}

export interface Whose {
  readonly stack: string
  readonly owners: readonly Owner[]
}

/** The object that a body of the cloud shows; without an owner where it is nobody's of this cluster. */
export function observedOf({
  kind,
  collection,
  key,
  wire,
  spec,
  parts,
  out,
  cluster,
  ...rest
}: Seen): Observed {
  const name = textOf(wire['name']) ?? ''
  const region = textOf(wire['region'])
  const zone = textOf(wire['zone'])
  const link = textOf(wire['selfLink'])
  const id =
    link === undefined
      ? place(collection, name, {
          region: region === undefined ? undefined : lastOf(region),
          zone: zone === undefined ? undefined : lastOf(zone),
        })
      : placeOf(link)
  const { stack, owners } = rest.owner ?? whoseIs(wire, name, cluster)
  return {
    stack,
    kind,
    key,
    id,
    owners,
    spec,
    ...(parts === undefined
      ? {}
      : {
          parts: Object.fromEntries(
            Object.entries(parts).map(([at, part]) => [
              at,
              { ...part, owners: part.owners.length > 0 ? part.owners : owners },
            ]),
          ),
        }),
    out: { selfLink: id, ...out },
    state: 'ready',
    serving: rest.serving ?? 'unreadable',
    depth: 'read',
    asOf: 0,
  }
}

/** By its description; names of another cluster are another cluster's, whatever that says. */
function whoseIs(wire: JsonObject, name: string, cluster: Cluster): Whose {
  const hash = /^k8s2-(?:(?:tcp|udp|l3)-)?([0-9a-z]{8})-/.exec(name)?.[1]
  const foreign = hash !== undefined && cluster.uid !== undefined && hash !== shortHash(cluster.uid)
  const described = foreign ? undefined : whose(wire['description'])
  if (described === undefined) return { stack: '', owners: [] }
  const { service, uid } = described
  if (service === '') return { stack: sharedStack, owners: [clusterOwner(cluster)] }
  return {
    stack: stackOf(service),
    owners: [uid === undefined ? namedOwner(service) : { uid, name: service }],
  }
}

/** Of what only the cluster has, and no description tells. */
export const ofCluster = (cluster: Cluster): Whose => ({
  stack: sharedStack,
  owners: [clusterOwner(cluster)],
})
