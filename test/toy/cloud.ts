import type { Clock } from '../../src/lib/clock.ts'
import type { JsonObject } from '../../src/lib/json.ts'
import { ProviderError } from '../../src/provider/errors.ts'

export interface ToyObject {
  readonly id: string
  readonly kind: string
  readonly key: string
  readonly stack: string
  readonly name: string
  readonly uids: readonly string[]
  spec: JsonObject
  /** part key -> spec and the uids that it is tagged with */
  parts: Record<string, { readonly spec: JsonObject; readonly uids: readonly string[] }>
}

export interface Cut {
  /** The k-th write, counted from 1. */
  readonly call: number
  readonly effect: 'before' | 'after'
}

/** A cloud of two kinds of things, just strict enough to be wrong about. */
export class ToyCloud {
  readonly objects = new Map<string, ToyObject>()
  /** Ids of what the cloud reports as failed. */
  readonly failed = new Set<string>()
  /** id -> until when it is busy */
  readonly busy = new Map<string, number>()
  readonly log: { readonly op: string; readonly write: boolean; readonly at: number }[] = []
  cut: Cut | undefined
  onCut: () => void = () => {}
  /** How far lists lag behind writes. */
  listLagMs = 0
  /** Refuses a write with this error. */
  refuse: (op: string, parts: readonly string[]) => ProviderError | undefined = () => undefined
  readonly #clock: Clock
  #past: { readonly until: number; readonly objects: readonly ToyObject[] }[] = []
  #next = 1
  #writes = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get writes(): readonly string[] {
    return this.log.filter((call) => call.write).map((call) => call.op)
  }

  /** Counts writes from here. */
  cutNext(cut: Cut | undefined): void {
    this.#writes = 0
    this.cut = cut
  }

  async read<T>(op: string, run: () => T): Promise<T> {
    this.log.push({ op, write: false, at: this.#clock.now() })
    return structuredClone(run())
  }

  async write<T>(op: string, run: () => T, parts: readonly string[] = []): Promise<T> {
    this.log.push({ op, write: true, at: this.#clock.now() })
    const refused = this.refuse(op, parts)
    if (refused !== undefined) throw refused
    const cut = ++this.#writes === this.cut?.call ? this.cut.effect : undefined
    if (cut === 'before') return this.#lose(op)
    this.#remember()
    const answer = structuredClone(run())
    return cut === 'after' ? this.#lose(op) : answer
  }

  /** What a list shows. */
  listed(): readonly ToyObject[] {
    const shown = this.#past.find(({ until }) => until > this.#clock.now() - this.listLagMs)
    return shown?.objects ?? [...this.objects.values()]
  }

  /** Keeps what was there before a write. */
  #remember(): void {
    const until = this.#clock.now()
    this.#past = this.#past.filter((one) => one.until > until - 60_000)
    this.#past.push({ until, objects: structuredClone([...this.objects.values()]) })
  }

  #lose(op: string): never {
    this.onCut()
    throw lost(op)
  }

  make(object: Omit<ToyObject, 'id'>): ToyObject {
    for (const other of this.objects.values())
      if (other.name === object.name) throw toyError('exists', 'NameTaken', 'create')
    const made = { ...object, id: `toy-${this.#next++}` }
    this.objects.set(made.id, made)
    return made
  }

  /** What two runs that ended the same must agree on. */
  dump(): readonly Omit<ToyObject, 'id'>[] {
    return [...this.objects.values()]
      .map(({ kind, key, stack, name, uids, spec, parts }) => ({ kind, key, stack, name, uids, spec, parts }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }
}

export const toyError = (kind: ProviderError['kind'], code: string, op: string): ProviderError =>
  new ProviderError({ kind, code, op: `toy:${op}`, sent: 'no', message: `${code} in ${op}` })

const lost = (op: string): ProviderError =>
  new ProviderError({
    kind: 'transient',
    code: 'ECONNRESET',
    op: `toy:${op}`,
    sent: 'maybe',
    message: 'the answer was lost',
  })
