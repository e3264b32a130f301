import type { Clock } from '../lib/clock.ts'
import type { Fact, Facts, Lookup, Provider } from '../provider/provider.ts'
import { ProviderError } from '../provider/errors.ts'
import type { Problem } from '../model/problem.ts'
import type { Gates } from './gates.ts'

interface Known {
  readonly fact: Fact
  readonly at: number
}

/** How long a fact is used before it is asked again; a refused one is asked again sooner. */
const freshMs = 600_000
const refusedMs = 30_000
/** A fact that was not there to be had: the next node may bring it. */
const unknownMs = 2_000

/** Facts that desired states need, asked in batches: what several Services ask in one turn is one call. */
export class Lookups {
  readonly #provider: Provider
  readonly #gates: Gates
  readonly #clock: Clock
  readonly #known = new Map<string, Known>()
  /** Keys under way -> the request that will answer them. */
  readonly #asking = new Map<string, Promise<void>>()
  #next: { readonly asked: Map<string, Lookup>; readonly done: Promise<void> } | undefined

  constructor(provider: Provider, gates: Gates, clock: Clock) {
    this.#provider = provider
    this.#gates = gates
    this.#clock = clock
  }

  /** All facts, asking the cloud for those that are missing or stale. A refusal becomes a fact with a problem. */
  async facts(lookups: readonly Lookup[], signal: AbortSignal): Promise<Facts> {
    const missing = lookups.filter((lookup) => !this.#fresh(lookup.key))
    await Promise.all(missing.map((lookup) => this.#asking.get(lookup.key) ?? this.#ask(lookup, signal)))
    const facts = new Map<string, Fact>()
    for (const { key, what } of lookups) {
      facts.set(key, this.#known.get(key)?.fact ?? { key, unknown: `${what} could not be looked up` })
    }
    return facts
  }

  /** Something the facts speak of has changed: ask again when next needed. */
  expire(): void {
    this.#known.clear()
  }

  #fresh(key: string): boolean {
    const known = this.#known.get(key)
    if (known === undefined) return false
    const limit = 'value' in known.fact ? freshMs : 'problem' in known.fact ? refusedMs : unknownMs
    return known.at + limit > this.#clock.now()
  }

  /** Gathers what is asked in this turn of the event loop, then sends it together. */
  #ask(lookup: Lookup, signal: AbortSignal): Promise<void> {
    if (this.#next === undefined) {
      const asked = new Map<string, Lookup>()
      const done = Promise.resolve().then(() => {
        this.#next = undefined
        return this.#send([...asked.values()], signal)
      })
      this.#next = { asked, done }
    }
    this.#next.asked.set(lookup.key, lookup)
    this.#asking.set(lookup.key, this.#next.done)
    return this.#next.done
  }

  async #send(asked: readonly Lookup[], signal: AbortSignal): Promise<void> {
    const call = { action: 'read', provider: this.#provider.name, op: 'lookup', priority: 'user' } as const
    try {
      const facts = await this.#gates.run(call, signal, (limited) => this.#provider.lookup(asked, limited))
      for (const fact of facts) this.#known.set(fact.key, { fact, at: this.#clock.now() })
    } catch (error) {
      const problem = lookupProblem(error)
      for (const { key } of asked) this.#refused(key, problem)
    } finally {
      for (const { key } of asked) this.#asking.delete(key)
      this.#shrink()
    }
  }

  /** An old value serves on while the cloud cannot be asked. */
  #refused(key: string, problem: Problem): void {
    const now = this.#clock.now()
    const known = this.#known.get(key)
    if (known !== undefined && 'value' in known.fact)
      this.#known.set(key, { ...known, at: now - freshMs + refusedMs })
    else this.#known.set(key, { fact: { key, problem }, at: now })
  }

  /** Facts about node sets that are no more would gather for ever. */
  #shrink(): void {
    if (this.#known.size < 1000) return
    for (const [key, known] of this.#known)
      if (known.at + freshMs < this.#clock.now()) this.#known.delete(key)
  }
}

function lookupProblem(error: unknown): Problem {
  const refused = error instanceof ProviderError ? error : undefined
  return {
    code: refused?.kind === 'denied' ? 'LB_CLOUD_DENIED' : 'LB_LOOKUP_FAILED',
    severity: 'error',
    path: 'spec',
    message: `the cloud could not be asked: ${error instanceof Error ? error.message : String(error)}`,
    ...(refused === undefined ? {} : { value: refused.op }),
    hint: 'what is in place keeps serving; it is asked again within half a minute',
  }
}
