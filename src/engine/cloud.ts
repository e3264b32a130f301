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
    return this.#run('read', `list ${kind}`, 'sweep', signal, (limited) =>
      this.kind(kind).list(cursor, limited),
    )
  }

  read(seen: Observed, rank: Priority, signal: AbortSignal): Promise<ReadResult | undefined> {
    return this.#run('read', `read ${seen.kind}`, rank, signal, (limited) =>
      this.kind(seen.kind).read(seen, limited),
    )
  }

  find(want: Resource, rank: Priority, signal: AbortSignal): Promise<ReadResult | undefined> {
    return this.#run('read', `find ${want.kind}`, rank, signal, (limited) =>
      this.kind(want.kind).find(want, limited),
    )
  }

  create(want: Resource, rank: Priority, signal: AbortSignal): Promise<Observed> {
    return this.#run('write', `create ${want.kind}`, rank, signal, (limited) =>
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
    return this.#run('write', `update ${seen.kind}`, rank, signal, send)
  }

  delete(seen: Observed, rank: Priority, signal: AbortSignal): Promise<void> {
    return this.#run('write', `delete ${seen.kind}`, rank, signal, (limited) =>
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
    return this.#run('read', `health of ${seen.kind}`, rank, signal, send)
  }

  #run<T>(
    action: 'read' | 'write',
    op: string,
    rank: Priority,
    signal: AbortSignal,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.#gates.run({ action, provider: this.#provider, op, priority: rank }, signal, send)
  }
}
