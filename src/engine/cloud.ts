import type { Observed, Resource } from '../plan/resource.ts'
import type { Changes, Kind, Page, ReadResult, TargetHealth } from '../provider/kind.ts'
import type { Gates, Priority } from './gates.ts'

/** The kinds of one provider with every call behind the gates. */
export class Cloud {
  readonly #provider: string
  readonly #kinds: Readonly<Record<string, Kind>>
  readonly #gates: Gates

  constructor(provider: string, kinds: Readonly<Record<string, Kind>>, gates: Gates) {
    this.#provider = provider
    this.#kinds = kinds
    this.#gates = gates
  }

  kind(name: string): Kind {
    const kind = this.#kinds[name]
    if (kind === undefined) throw new Error(`no kind ${name} is known to ${this.#provider}`)
    return kind
  }

  list(kind: string, cursor: string | undefined, signal: AbortSignal): Promise<Page> {
    return this.#run('read', { kind, op: 'list' }, 'sweep', signal, (limited) =>
      this.kind(kind).list(cursor, limited),
    )
  }

  read(seen: Observed, rank: Priority, signal: AbortSignal): Promise<ReadResult | undefined> {
    return this.#run('read', { kind: seen.kind, op: 'read' }, rank, signal, (limited) =>
      this.kind(seen.kind).read(seen, limited),
    )
  }

  find(want: Resource, rank: Priority, signal: AbortSignal): Promise<ReadResult | undefined> {
    return this.#run('read', { kind: want.kind, op: 'find' }, rank, signal, (limited) =>
      this.kind(want.kind).find(want, limited),
    )
  }

  create(want: Resource, rank: Priority, signal: AbortSignal): Promise<Observed> {
    return this.#run('write', { kind: want.kind, op: 'create' }, rank, signal, (limited) =>
      this.kind(want.kind).create(want, [], limited),
    )
  }

  update(
    seen: Observed,
    want: Resource,
    changes: Changes,
    rank: Priority,
    signal: AbortSignal,
  ): Promise<Observed> {
    const send = (limited: AbortSignal) => this.kind(seen.kind).update(seen, want, changes, limited)
    return this.#run('write', { kind: seen.kind, op: 'update', changes }, rank, signal, send)
  }

  delete(seen: Observed, rank: Priority, signal: AbortSignal): Promise<void> {
    return this.#run('write', { kind: seen.kind, op: 'delete' }, rank, signal, (limited) =>
      this.kind(seen.kind).delete(seen, limited),
    )
  }

  /** Undefined where nothing checks its parts. */
  health(
    seen: Observed,
    keys: readonly string[],
    rank: Priority,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, TargetHealth>> | undefined {
    const kind = this.kind(seen.kind)
    if (kind.health === undefined) return undefined
    const send = (limited: AbortSignal) =>
      kind.health?.(seen, keys, limited) ?? Promise.resolve(new Map<string, TargetHealth>())
    return this.#run('read', { kind: seen.kind, op: 'health of' }, rank, signal, send)
  }

  #run<T>(
    action: 'read' | 'write',
    { kind, op, changes }: { readonly kind: string; readonly op: string; readonly changes?: Changes },
    rank: Priority,
    signal: AbortSignal,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const budget = this.kind(kind).budget?.(changes)
    const call = { action, provider: this.#provider, op: `${op} ${kind}`, priority: rank }
    return this.#gates.run(budget === undefined ? call : { ...call, budget }, signal, send)
  }
}
