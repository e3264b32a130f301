import type { Kind } from '../../src/provider/kind.ts'
import { refKey, type Observed, type Owner, type Resource } from '../../src/plan/resource.ts'
import type { OwnerState, StackView } from '../../src/plan/view.ts'

const never = (): Promise<never> => Promise.reject(new Error('plans make no calls'))

/** A kind that makes no calls. */
export const kindOf = (name: string, more: Partial<Kind> = {}): Kind => ({
  name,
  canonical: (spec) => spec,
  immutable: [],
  kept: ['Name'],
  refs: [],
  defaults: {},
  replace: 'beside',
  absorbs: [],
  lock: 'self',
  nameIsUnique: true,
  servesTraffic: false,
  partsListed: true,
  repair: 'recreate',
  settleMs: 5_000,
  list: never,
  read: never,
  find: never,
  create: never,
  update: never,
  delete: never,
  ...more,
})

export const owner = (uid: string): Owner => ({ uid, name: `shop/${uid}` })

export const wish = (key: string, more: Partial<Resource> = {}): Resource => ({
  stack: 's',
  kind: 'thing',
  key,
  spec: { Name: key },
  owners: [owner('a')],
  ...more,
})

export const seen = (key: string, more: Partial<Observed> = {}): Observed => ({
  ...wish(key),
  id: `id-${key}`,
  out: { arn: `arn-${key}` },
  state: 'ready',
  serving: true,
  depth: 'read',
  asOf: 0,
  ...more,
})

export interface ViewOptions extends Partial<Omit<StackView, 'kinds' | 'ownerState'>> {
  readonly kinds?: readonly Kind[]
  /** uid -> state; settled when absent */
  readonly states?: Readonly<Record<string, OwnerState>>
}

/** A stack in which everybody is settled and everything is known, unless a test says otherwise. */
export function viewOf({ kinds = [], states = {}, ...more }: ViewOptions): StackView {
  const observed = more.observed ?? []
  const desired = more.desired ?? []
  const all = [kindOf('thing'), ...kinds]
  const byName = Object.fromEntries(all.map((kind) => [kind.name, kind]))
  return {
    stack: 's',
    kinds: byName,
    desired,
    observed,
    find: (to) => observed.find((object) => refKey(object) === refKey(to)),
    wanted: (to) => desired.some((resource) => refKey(resource) === refKey(to)),
    referrers: (id) =>
      observed.filter((object) => (byName[object.kind]?.refs ?? []).some((path) => object.spec[path] === id)),
    ownerState: ({ uid }) => states[uid] ?? 'settled',
    causes: () => [],
    trusted: () => false,
    parked: () => undefined,
    undecided: false,
    frozen: [],
    leave: () => true,
    wasWanted: () => false,
    building: () => false,
    armed: () => true,
    lists: { complete: true, settled: true },
    ...more,
  }
}
