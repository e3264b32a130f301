import type { Json, JsonObject } from '../../../src/lib/json.ts'
import type { Observed, PartChange, Parts } from '../../../src/plan/resource.ts'
import type { Kind, TargetHealth } from '../../../src/provider/kind.ts'
import type { LocalListenerWish, LocalTarget } from '../api.ts'
import {
  ask,
  changedFields,
  deleted,
  etagOf,
  findIn,
  type KindDeps,
  listOurs,
  number,
  ours,
  readOurs,
  tagsIn,
  text,
} from './calls.ts'
import { listenerFields, listenerForm, observedListener } from './listener-form.ts'

export function listenerKind(deps: KindDeps): Kind {
  const { api } = deps
  return {
    ...listenerForm,
    list: (cursor, signal) =>
      listOurs(deps, observedListener, () => ask('listListeners', () => api.listListeners(cursor, signal))),
    read: (seen, signal) =>
      readOurs(deps, observedListener, () => ask('readListener', () => api.readListener(seen.id, signal))),
    find: ({ spec }, signal) =>
      readOurs(deps, observedListener, () =>
        findIn(
          (cursor) => ask('listListeners', () => api.listListeners(cursor, signal)),
          ({ addressId, protocol, port }) =>
            addressId === spec['addressId'] && protocol === spec['protocol'] && port === spec['port'],
        ),
      ),
    async create({ spec, parts = {} }, _inside, signal) {
      const wish = wishIn(spec, targetsIn(parts))
      const made = await ask('createListener', () => api.createListener(wish, signal))
      return ours(deps, observedListener, made, 'createListener')
    },
    async update(seen, _want, changes, signal) {
      const targets = changes.parts.length === 0 ? {} : { targets: targetsAfter(seen, changes.parts) }
      const change = { etag: etagOf(seen), set: { ...changedFields(seen, changes), ...targets } }
      const made = await ask('updateListener', () => api.updateListener(seen.id, change, signal))
      return ours(deps, observedListener, made, 'updateListener')
    },
    delete: (seen, signal) => deleted('deleteListener', () => api.deleteListener(seen.id, signal)),
    async health(seen, keys, signal) {
      const all = await ask('targetHealth', () => api.targetHealth(seen.id, signal))
      return new Map(
        keys.flatMap((key): [string, TargetHealth][] => {
          const one = all[key]
          return one === undefined ? [] : [[key, one]]
        }),
      )
    },
  }
}

const targetOf = (spec: JsonObject): LocalTarget => ({
  address: text(spec, 'address'),
  port: number(spec, 'port'),
})

const targetsIn = (parts: Parts): readonly LocalTarget[] =>
  Object.values(parts).map(({ spec }) => targetOf(spec))

function targetsAfter({ parts = {} }: Observed, changes: readonly PartChange[]): readonly LocalTarget[] {
  const specs = new Map(Object.entries(parts).map(([key, { spec }]) => [key, spec]))
  for (const { key, action, after } of changes)
    if (action === 'remove') specs.delete(key)
    else if (after !== undefined) specs.set(key, after)
  return [...specs.values()].map(targetOf)
}

/** The fields go as they are: their names and values are the balancer's own. */
function wishIn(spec: JsonObject, targets: readonly LocalTarget[]): LocalListenerWish {
  const given = listenerFields.flatMap((field): [string, Json][] => {
    const value = spec[field]
    return value === undefined || value === null ? [] : [[field, value]]
  })
  return {
    ...(Object.fromEntries(given) as Partial<LocalListenerWish>),
    addressId: text(spec, 'addressId'),
    protocol: text(spec, 'protocol') === 'UDP' ? 'UDP' : 'TCP',
    port: number(spec, 'port'),
    scheduler: text(spec, 'scheduler'),
    targets,
    tags: tagsIn(spec),
  }
}
