import { hash } from '../../src/lib/hash.ts'
import type { JsonObject } from '../../src/lib/json.ts'
import { fillParts, fillRefs, refsIn } from '../../src/plan/leaves.ts'
import { mergeStack, type Contribution } from '../../src/plan/merge.ts'
import { refKey, type Observed, type Ref, type Resource } from '../../src/plan/resource.ts'
import type { Blueprint } from '../../src/provider/blueprint.ts'

/** The objects that a cloud has when everything that these Services ask was carried out. */
export function applied(
  { kinds }: Pick<Blueprint, 'kinds'>,
  contributions: readonly Contribution[],
): readonly Observed[] {
  const stacks = new Set(contributions.flatMap(({ resources }) => resources.map(({ stack }) => stack)))
  const resources = [...stacks].flatMap((stack) => {
    const of = contributions.map((one) => ({
      ...one,
      resources: one.resources.filter((r) => r.stack === stack),
    }))
    return mergeStack(of, kinds, () => undefined).resources
  })
  const outs = outsOf(resources)
  return resources.map((resource) => made(resource, kinds, outs.get(refKey(resource)) ?? {}))
}

const number = ({ stack, kind, key }: Ref): number => Number.parseInt(hash([stack, kind, key], 4), 16)
const idOf = (ref: Ref): string => `${ref.kind}-${number(ref)}`

/** Where an address is asked for, one of the family that the object's key names. */
function outOf(ref: Ref): string {
  if (ref.out === undefined || ref.out === 'id') return idOf(ref)
  if (!/address|^ip$/i.test(ref.out)) return `${idOf(ref)}-${ref.out.toLowerCase()}`
  const at = number(ref)
  return /ipv6/i.test(ref.key) ? `2001:db8::${at.toString(16)}` : `203.0.${at >> 8}.${at & 255}`
}

function made(resource: Resource, kinds: Blueprint['kinds'], out: Record<string, string>): Observed {
  const kind = kinds[resource.kind]
  if (kind === undefined) throw new Error(`no kind ${resource.kind}`)
  const parts = resource.parts === undefined ? undefined : fillParts(resource.parts, outOf)
  const packed = parts === undefined ? undefined : (kind.pack?.(parts, undefined, () => false) ?? parts)
  return {
    ...resource,
    // A cloud shows what it chose among the fields: an address, an id.
    spec: kind.canonical({ ...out, ...fillRefs(resource.spec, outOf, []) }),
    ...(packed === undefined ? {} : { parts: packed }),
    id: idOf(resource),
    out,
    state: 'ready',
    serving: true,
    depth: 'read',
    asOf: 0,
  }
}

/** A value for every output that somebody asks for. */
function outsOf(resources: readonly Resource[]): ReadonlyMap<string, Record<string, string>> {
  const outs = new Map<string, Record<string, string>>()
  const specs: JsonObject[] = resources.flatMap(({ spec, parts = {} }) => [
    spec,
    ...Object.values(parts).map((part) => part.spec),
  ])
  for (const to of specs.flatMap((spec) => refsIn(spec)))
    if (to.out !== undefined) outs.set(refKey(to), { ...outs.get(refKey(to)), [to.out]: outOf(to) })
  return outs
}
