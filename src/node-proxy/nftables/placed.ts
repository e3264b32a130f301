import { hash } from '../../lib/hash.ts'
import type { ProxyEndpoint, Row } from '../table/row.ts'
import { affineBit, lastSet } from './value.ts'

/** Endpoints by slot: which slot is random, so that their order means nothing and may be what costs least to write. */
export interface PlacedSet {
  readonly id: number
  readonly order: readonly ProxyEndpoint[]
}

/** A row with what was chosen for it. */
export interface Placed {
  readonly row: Row
  readonly cluster?: PlacedSet
  readonly local?: PlacedSet
}

/** Gives out the numbers of endpoint sets; what was given back is reused as late as possible. */
export class SetNumbers {
  readonly #affine = new Set<number>()
  readonly #free: number[] = []
  #next = 1

  take(): number {
    if (this.#next > lastSet) {
      const reused = this.#free.shift()
      if (reused === undefined) throw new Error(`more than ${lastSet} sets of endpoints`)
      return reused
    }
    return this.#next++
  }

  /** Starts at the hash of the key, so that it is the same after a restart unless two keys meet. */
  takeAffine(key: string): number {
    if (this.#affine.size > 0xffff) throw new Error('more than 65536 sets of endpoints with affinity')
    let number = Number.parseInt(hash([key], 4), 16)
    while (this.#affine.has(number)) number = (number + 1) % 0x10000
    this.#affine.add(number)
    return affineBit + number
  }

  giveBack(id: number): void {
    if (id >= affineBit) this.#affine.delete(id - affineBit)
    else this.#free.push(id)
  }
}

/** Finds places for a row's endpoints: those of `before` keep theirs as far as they can. */
export function place(row: Row, before: Placed | undefined, numbers: SetNumbers): Placed {
  const same =
    before !== undefined && (before.row.affinitySeconds === undefined) === (row.affinitySeconds === undefined)
  const old = same ? before : undefined
  if (row.affinitySeconds !== undefined) {
    // Both sets share a number: a client's entry serves it from wherever it comes, if that set has the endpoint.
    const id = old?.cluster?.id ?? old?.local?.id ?? numbers.takeAffine(row.key)
    return {
      row,
      cluster: { id, order: arrange(old?.cluster?.order, row.cluster ?? []) },
      local: { id, order: arrange(old?.local?.order, row.local ?? []) },
    }
  }
  const set = (was: PlacedSet | undefined, endpoints: readonly ProxyEndpoint[] | undefined) =>
    endpoints === undefined || endpoints.length === 0
      ? undefined
      : { id: was?.id ?? numbers.take(), order: arrange(was?.order, endpoints) }
  const [cluster, local] = [set(old?.cluster, row.cluster), set(old?.local, row.local)]
  return { row, ...(cluster === undefined ? {} : { cluster }), ...(local === undefined ? {} : { local }) }
}

export const idsOf = (placed: Placed | undefined): readonly number[] => [
  ...new Set([placed?.cluster?.id, placed?.local?.id].filter((id) => id !== undefined)),
]

const nameOf = ({ address, port }: ProxyEndpoint): string => `${address} . ${port}`

/** Whoever stays keeps its slot; newcomers take the slots of those that left, and the last ones fill the holes. */
export function arrange(
  before: readonly ProxyEndpoint[] | undefined,
  now: readonly ProxyEndpoint[],
): readonly ProxyEndpoint[] {
  if (before === undefined || before.length === 0) return now
  const waiting = new Map(now.map((endpoint) => [nameOf(endpoint), endpoint]))
  const order: (ProxyEndpoint | undefined)[] = now.map(() => undefined)
  for (const [at, endpoint] of before.entries()) {
    if (at >= order.length) break
    const found = waiting.get(nameOf(endpoint))
    if (found === undefined) continue
    order[at] = found
    waiting.delete(nameOf(endpoint))
  }
  const rest = waiting.values()
  return order.map((endpoint) => endpoint ?? rest.next().value).filter((endpoint) => endpoint !== undefined)
}

/**
 * 16 bits for each endpoint, by its own address alone wherever two do not meet. Two that meet are numbered on in the
 * order of their names: when one of them goes, clients of the other may choose anew.
 */
export function endpointNumbers(
  endpoints: readonly ProxyEndpoint[],
  start: (name: string) => number = (name) => Number.parseInt(hash([name], 4), 16),
): ReadonlyMap<ProxyEndpoint, number> {
  if (endpoints.length > 0x10000) throw new Error('more than 65536 endpoints with affinity')
  const taken = new Set<number>()
  const numbers = new Map<ProxyEndpoint, number>()
  const sorted = endpoints.map((endpoint) => ({ endpoint, name: nameOf(endpoint) }))
  for (const { endpoint, name } of sorted.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    let number = start(name)
    while (taken.has(number)) number = (number + 1) % 0x10000
    taken.add(number)
    numbers.set(endpoint, number)
  }
  return numbers
}
