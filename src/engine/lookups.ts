import type { Clock } from '../lib/clock.ts'
import { equal } from '../lib/json.ts'
import type { Fact, Facts, Lookup } from '../provider/blueprint.ts'
import type { Provider } from '../provider/provider.ts'
import { ProviderError } from '../provider/errors.ts'
import type { Problem } from '../model/problem.ts'
import type { Gates } from './gates.ts'

interface Known {
  readonly lookup: Lookup
  readonly fact: Fact
  readonly at: number
  /** When a Service last asked. */
  readonly used: number
}

/** How long a fact is used before it is asked again; a refused one is asked again sooner. */
const freshMs = 600_000
const refusedMs = 30_000
/** A fact that was not there to be had: the next node may bring it. */
const unknownMs = 2_000
/** A busy cloud is asked again this soon, and this often, before all who need the fact are told. */
const againMs = 1_000
const mostTries = 5
/** What is new may not show in full at first (an instance that just started): it is asked once more after this. */
const confirmMs = 12_000

interface LookupOptions {
  readonly provider: Provider
  readonly gates: Gates
  readonly clock: Clock
  /** A fact has another value than those who used it were told. */
  readonly onChanged?: () => void
}

/** Facts that desired states need, asked in batches: what several Services ask in one turn is one call. */
export class Lookups {
  readonly #options: LookupOptions
  readonly #known = new Map<string, Known>()
  /** Keys under way -> the request that will answer them. */
  readonly #asking = new Map<string, Promise<void>>()
  readonly #confirming = new Map<string, () => void>()
  #next: { readonly asked: Map<string, Lookup>; readonly done: Promise<void> } | undefined

  constructor(options: LookupOptions) {
    this.#options = options
  }

  /** All facts, asking the cloud for those that are missing or stale. A refusal becomes a fact with a problem. */
  async facts(lookups: readonly Lookup[], signal: AbortSignal): Promise<Facts> {
    const missing = lookups.filter((lookup) => !this.#fresh(lookup.key))
    await Promise.all(missing.map((lookup) => this.#asking.get(lookup.key) ?? this.#ask(lookup, signal)))
    const facts = new Map<string, Fact>()
    const used = this.#options.clock.now()
    for (const { key, what } of lookups) {
      const known = this.#known.get(key)
      if (known !== undefined) this.#known.set(key, { ...known, used })
      facts.set(key, known?.fact ?? { key, unknown: `${what} could not be looked up` })
    }
    return facts
  }

  /** Asks again for what Services rest on, so that they hear of what changed without an event. */
  async refresh(signal: AbortSignal): Promise<void> {
    const since = this.#options.clock.now() - freshMs
    const used = [...this.#known.values()].filter((known) => known.used > since)
    const asked = used.map((known) => known.lookup).filter(({ key }) => !this.#asking.has(key))
    await Promise.all(asked.map((lookup) => this.#ask(lookup, signal)))
  }

  /** Asks for nothing more by itself. */
  stop(): void {
    for (const cancel of this.#confirming.values()) cancel()
    this.#confirming.clear()
  }

  #fresh(key: string): boolean {
    const known = this.#known.get(key)
    if (known === undefined) return false
    const limit =
      'value' in known.fact
        ? (known.lookup.againMs ?? freshMs)
        : 'problem' in known.fact
          ? refusedMs
          : unknownMs
    return known.at + limit > this.#options.clock.now()
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
    const lookups = new Map(asked.map((lookup) => [lookup.key, lookup]))
    try {
      const facts = await this.#patiently(asked, signal)
      const changes = facts.map((fact) => this.#learned(lookups.get(fact.key), fact, signal))
      if (changes.includes(true)) this.#options.onChanged?.()
    } catch (error) {
      const problem = lookupProblem(error)
      for (const lookup of asked) this.#refused(lookup, problem)
    } finally {
      for (const { key } of asked) this.#asking.delete(key)
      this.#shrink()
    }
  }

  /** Nothing can be decided without facts, so one call that finds the cloud busy does not stop everybody. */
  async #patiently(asked: readonly Lookup[], signal: AbortSignal): Promise<readonly Fact[]> {
    const { gates, provider, clock } = this.#options
    const call = { action: 'read', provider: provider.name, op: 'lookup', priority: 'user' } as const
    for (let tries = 1; ; tries++) {
      try {
        return await gates.run(call, signal, (limited) => provider.lookup(asked, limited))
      } catch (error) {
        const busy =
          error instanceof ProviderError && (error.kind === 'throttled' || error.kind === 'transient')
        if (!busy || tries === mostTries) throw error
        await clock.sleep(error.retryAfterMs ?? againMs, signal)
        signal.throwIfAborted()
      }
    }
  }

  /** Whether somebody was told otherwise before. The same value stays the same object: others remember by it. */
  #learned(lookup: Lookup | undefined, fact: Fact, signal: AbortSignal): boolean {
    if (lookup === undefined) return false
    const at = this.#options.clock.now()
    const known = this.#known.get(fact.key)
    const same = known !== undefined && equal(known.fact, fact)
    this.#known.set(fact.key, { lookup, fact: same ? known.fact : fact, at, used: known?.used ?? at })
    if (known === undefined) this.#confirm(lookup, signal)
    return known !== undefined && !same
  }

  #confirm(lookup: Lookup, signal: AbortSignal): void {
    const cancel = this.#options.clock.after(confirmMs, () => {
      this.#confirming.delete(lookup.key)
      if (!signal.aborted && !this.#asking.has(lookup.key)) void this.#ask(lookup, signal)
    })
    this.#confirming.set(lookup.key, cancel)
  }

  /** An old value serves on while the cloud cannot be asked. */
  #refused(lookup: Lookup, problem: Problem): void {
    const now = this.#options.clock.now()
    const { key } = lookup
    const known = this.#known.get(key)
    if (known !== undefined && 'value' in known.fact)
      this.#known.set(key, { ...known, at: now - (known.lookup.againMs ?? freshMs) + refusedMs })
    else this.#known.set(key, { lookup, fact: { key, problem }, at: now, used: now })
  }

  /** Facts about node sets that are no more would gather for ever. */
  #shrink(): void {
    if (this.#known.size < 1000) return
    for (const [key, known] of this.#known)
      if (known.used + freshMs < this.#options.clock.now()) this.#known.delete(key)
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
