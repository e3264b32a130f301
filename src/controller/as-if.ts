/** A cloud as it would be if some objects bore other marks: lists and reads show them so, and nothing is written. */
import { refKey, type Observed } from '../plan/resource.ts'
import type { Kind } from '../provider/kind.ts'
import type { Provider } from '../provider/provider.ts'

export function asIf(provider: Provider, objects: readonly Observed[]): Provider {
  const byKind = Map.groupBy(objects, ({ kind }) => kind)
  const inside = Map.groupBy(
    objects.filter(({ within }) => within !== undefined),
    ({ within }) => (within === undefined ? '' : refKey(within)),
  )
  const kinds = Object.entries(provider.kinds).map(([name, kind]) => {
    const shown = new Map((byKind.get(name) ?? []).map((object) => [object.id, object]))
    return [name, shown.size === 0 ? kind : showing(kind, shown, inside)] as const
  })
  return { ...provider, kinds: Object.fromEntries(kinds) }
}

const showing = (
  kind: Kind,
  shown: ReadonlyMap<string, Observed>,
  inside: ReadonlyMap<string, readonly Observed[]>,
): Kind => ({
  ...kind,
  async list(cursor, signal) {
    const { items, next } = await kind.list(cursor, signal)
    const listed = [...shown.values()].flatMap((object) =>
      object.within === undefined ? { ...object, depth: 'listed' as const } : [],
    )
    const rest = items.filter(({ id }) => !shown.has(id))
    if (next !== undefined) return { items: rest, next }
    return { items: [...rest, ...listed] }
  },
  async read(seen, signal) {
    const object = shown.get(seen.id)
    if (object === undefined) return kind.read(seen, signal)
    if (object.body !== 'foreign') return { object, inside: inside.get(refKey(object)) ?? [] }
    const found = await kind.read(seen, signal)
    return (
      found && { ...found, object: { ...found.object, parts: { ...found.object.parts, ...object.parts } } }
    )
  },
})
