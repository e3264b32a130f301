import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import type { Identity, Observed, Owner, Part, Parts, Resource } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { classicKind } from '../classic/name.ts'
import { clusterNameTag, clusterTag, keyTag, serviceTag, type Tags, uidTag } from '../tags.ts'

export const tagsOf = ({ spec }: Observed): Tags => (isObject(spec['Tags']) ? (spec['Tags'] as Tags) : {})

/** A field as a text; none where it is no text or number. */
export function wordOf({ spec }: Pick<Observed, 'spec'>, field: string): string {
  const value = spec[field]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** The name that its maker gave it. */
export function nameOf({ spec, id }: Observed): string {
  const name = spec['Name'] ?? spec['LoadBalancerName'] ?? spec['GroupName']
  return typeof name === 'string' ? name : id
}

export const isBalancer = ({ kind }: Pick<Observed, 'kind'>): boolean =>
  kind === 'load-balancer' || kind === classicKind

/** Whose an object is already, by our own marks. */
export type Held = 'nobody' | 'this' | 'another-cluster' | 'another-service'

export function heldBy(seen: Observed, owner: Owner, cluster: Cluster): Held {
  const tags = tagsOf(seen)
  if (tags[clusterTag] === undefined) return 'nobody'
  if (tags[clusterTag] !== cluster.uid) return 'another-cluster'
  return tags[uidTag] === owner.uid ? 'this' : 'another-service'
}

interface Becoming {
  readonly seen: Observed
  readonly to: Identity
  readonly owner: Owner
  /** What it is as an object of ours; undefined where we have no use for it. */
  readonly want: Resource | undefined
  readonly cluster: Cluster
  readonly clusterName: string
  readonly within?: Identity
}

/** The object as a read will show it once it bears our marks: all else stays as it was made. */
export function become({ seen, to, owner, want, cluster, clusterName, within }: Becoming): Observed {
  const marks = want === undefined ? bare(to, owner, cluster, clusterName) : texts(want.spec['Tags'])
  const { body: _body, within: _within, ...rest } = seen
  return {
    ...rest,
    stack: to.stack,
    key: to.key,
    owners: [owner],
    ...(within === undefined ? {} : { within: { stack: within.stack, kind: within.kind, key: within.key } }),
    spec: { ...seen.spec, Tags: { ...tagsOf(seen), ...marks } },
    ...(seen.kind !== 'security-group' || seen.parts === undefined
      ? {}
      : { parts: allHeld(seen.parts, owner) }),
  }
}

function bare({ key }: Identity, owner: Owner, cluster: Cluster, clusterName: string): Tags {
  return {
    [clusterNameTag(clusterName)]: 'owned',
    [clusterTag]: cluster.uid ?? '',
    [uidTag]: owner.uid,
    [serviceTag]: owner.name,
    [keyTag]: key,
  }
}

const texts = (value: JsonObject[string] | undefined): Tags =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )

const allHeld = (parts: Parts, owner: Owner): Parts =>
  Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, heldPart(part, owner)]))

/** A rule of which this Service becomes the holder. */
export function heldPart({ foreign: _foreign, ...part }: Part, owner: Owner): Part {
  return { ...part, owners: [owner], spec: { ...part.spec, Holder: owner.uid } }
}
