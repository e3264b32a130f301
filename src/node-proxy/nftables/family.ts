import type { IpFamily } from '../../lib/ip.ts'
import type { FamilyFailure } from '../data-plane.ts'
import type { FamilySettings, Row } from '../table/row.ts'
import { baseChains, type Frame, ground, named, turn } from './frame.ts'
import { Generation, type Transaction } from './generation.ts'
import { type Leftovers, leftovers, removal } from './leftovers.ts'
import { type Nft, NftRefused } from './nft.ts'
import { tableOf } from './words.ts'

/** Bounds the memory of an nft child: up to 2 KB of it for each element. */
const batchSize = 50_000
/** So many rows are looked for before a transaction is given up whole. */
const mostCulprits = 16
/** Elements that each look asks for: some 30 ms. A table of 1,000 Services is seen whole in every one to three looks. */
const mostProbed = 5_000
/** As many tell whether that can be asked at all. */
const fewProbed = 100
/** Unused chains cost nothing but their names; removing them costs a transaction. */
const idleChains = 16

export interface FamilyRulesOptions {
  readonly masqueradeBit: number
  readonly onCleanupFailed: () => void
}

/** Our table of one family. */
export class FamilyRules {
  readonly #nft: Nft
  readonly #family: IpFamily
  readonly #options: FamilyRulesOptions
  /** What serves. Undefined: nothing that we know of. */
  #serving: Generation | undefined
  #settings = ''
  /** Whether the questions of `intact` were answered as they must be right after a load: another nft may answer otherwise. */
  #canAsk = { use: false, elements: false }

  constructor(nft: Nft, family: IpFamily, options: FamilyRulesOptions) {
    this.#nft = nft
    this.#family = family
    this.#options = options
  }

  get generation(): Generation | undefined {
    return this.#serving
  }

  serves(settings: FamilySettings): boolean {
    return this.#serving !== undefined && this.#settings === JSON.stringify(settings)
  }

  /** Writes everything anew beside what serves, then turns to it. */
  async load(
    rows: Iterable<Row>,
    settings: FamilySettings,
    signal: AbortSignal,
  ): Promise<FamilyFailure | undefined> {
    return this.#guarded(async () => {
      const left = await leftovers(this.#nft, this.#family, signal)
      const frame: Frame = {
        family: this.#family,
        generation: left.generation + 1,
        settings,
        masqueradeBit: this.#options.masqueradeBit,
      }
      const generation = new Generation(frame)
      await this.#nft.run(ground(frame), signal)
      const culprits = new Culprits()
      let batch = new Map<string, Row | undefined>()
      let size = 0
      for (const row of rows) {
        batch.set(row.key, row)
        size += expected(row)
        if (size < batchSize) continue
        await this.#write(generation, batch, culprits, signal)
        batch = new Map()
        size = 0
      }
      await this.#write(generation, batch, culprits, signal)
      await this.#turn(frame, left, signal)
      this.#serving = generation
      this.#settings = JSON.stringify(settings)
      await this.#calibrate(generation, signal)
      return culprits.failure(this.#family)
    })
  }

  /**
   * What is old goes in the same transaction. Kernels before 6.2 may count its users a while longer and refuse that;
   * then the next load finds it.
   */
  async #turn(frame: Frame, left: Leftovers, signal: AbortSignal): Promise<void> {
    const text = turn(frame)
    const old = removal(left, this.#family)
    try {
      await this.#nft.run(text + old, signal)
    } catch (error) {
      if (signal.aborted || old === '') throw error
      await this.#nft.run(text, signal)
      this.#options.onCleanupFailed()
    }
  }

  /** Writes what is different in these rows. */
  async change(
    rows: ReadonlyMap<string, Row | undefined>,
    signal: AbortSignal,
  ): Promise<FamilyFailure | undefined> {
    const generation = this.#serving
    if (generation === undefined) throw new Error('nothing is loaded that could be changed')
    return this.#guarded(async () => {
      const culprits = new Culprits()
      await this.#write(generation, rows, culprits, signal)
      await this.#prune(generation, signal)
      return culprits.failure(this.#family)
    })
  }

  async #prune(generation: Generation, signal: AbortSignal): Promise<void> {
    const pruning = generation.prune(idleChains)
    if (pruning === undefined) return
    try {
      await this.#nft.run(pruning.text, signal)
      pruning.commit()
    } catch (error) {
      if (wasKilled(error)) throw error
      // Kernels before 6.2 count the users of a chain until a while later. The next change tries again.
      if (!signal.aborted) this.#options.onCleanupFailed()
    }
  }

  /** The table is gone or was never ours: removes it, if there is one. */
  async remove(signal: AbortSignal): Promise<void> {
    this.#serving = undefined
    await this.#nft.run(`add table ${tableOf(this.#family)}\ndelete table ${tableOf(this.#family)}\n`, signal)
  }

  async intact(signal: AbortSignal): Promise<boolean> {
    const generation = this.#serving
    if (generation === undefined) return false
    if (!this.#canAsk.use) return this.#present(generation, signal)
    if (!(await this.#inUse(generation, signal))) return false
    return !this.#canAsk.elements || this.#holds(generation, mostProbed, signal)
  }

  /** Now all is there: a question that does not say so here would only cause everything to be written again and again. */
  async #calibrate(generation: Generation, signal: AbortSignal): Promise<void> {
    const { use, elements } = this.#canAsk
    if (use && elements) return
    try {
      this.#canAsk = {
        use: use || (await this.#inUse(generation, signal)),
        elements: elements || (await this.#holds(generation, fewProbed, signal)),
      }
    } catch {
      // What was written serves; the next load asks again.
    }
  }

  /** Some elements of those that were written last, other ones each time: none of them was taken away. */
  async #holds(generation: Generation, count: number, signal: AbortSignal): Promise<boolean> {
    const taken = generation.nextElements(count)
    if (taken === '') return true
    try {
      await this.#nft.run(taken, signal, { check: true })
      return true
    } catch (error) {
      if (!(error instanceof NftRefused) || error.problems.length === 0) throw error
      return false
    }
  }

  /**
   * Listing rules reads all elements in some versions of nft. Instead the kernel is asked, in a transaction that is
   * only tried, to delete what our rules and elements refer to. All of these have to be refused, and nothing else.
   */
  async #inUse(generation: Generation, signal: AbortSignal): Promise<boolean> {
    const table = tableOf(this.#family)
    const { frame } = generation
    // Elements first: nft itself forgets what an earlier line deletes.
    const held = [
      ...generation
        .sample()
        .map(
          ({ set, key, value }) =>
            `create element ${table} ${named(frame, set)} { ${key}${value === undefined ? '' : ` : ${value}`} }`,
        ),
      `delete map ${table} ${named(frame, 'outside')}`,
      `delete chain ${table} ${named(frame, 'refuse-node')}`,
      `delete set ${table} ${named(frame, 'hairpin')}`,
      `delete set ${table} ${named(frame, 'guarded')}`,
      ...generation.chainsInUse.map((chain) => `delete chain ${table} ${chain}`),
    ]
    const text = [...baseChains.map((chain) => `add chain ${table} ${chain}`), ...held, ''].join('\n')
    const refused = await this.#nft.refusals(text, signal)
    return refused.length === held.length && refused.every((line, at) => line === baseChains.length + 1 + at)
  }

  async #present({ frame }: Generation, signal: AbortSignal): Promise<boolean> {
    const table = tableOf(this.#family)
    const lines = [
      `add chain ${table} ${named(frame, 'guard')}`,
      ...baseChains.map((chain) => `create chain ${table} ${chain}`),
    ]
    const refused = await this.#nft.refusals(`${lines.join('\n')}\n`, signal)
    return refused.length === baseChains.length && !refused.includes(1)
  }

  /** One transaction; where it is refused, its halves, until the rows to blame are found. */
  async #write(
    generation: Generation,
    rows: ReadonlyMap<string, Row | undefined>,
    culprits: Culprits,
    signal: AbortSignal,
  ): Promise<void> {
    if (rows.size === 0) return
    try {
      await this.#send(generation.change(rows), signal)
    } catch (error) {
      // Half of what was perhaps carried out may be refused for that alone: everything is written anew.
      if (signal.aborted || wasKilled(error)) throw error
      // Not the rows are to blame if nothing at all can be written.
      if (culprits.none)
        await this.#nft.run(
          `add chain ${tableOf(this.#family)} ${named(generation.frame, 'guard')}\n`,
          signal,
        )
      const [only] = rows.keys()
      if (rows.size === 1 && only !== undefined) return culprits.add(only, error)
      const all = [...rows]
      const middle = Math.ceil(all.length / 2)
      for (const half of [all.slice(0, middle), all.slice(middle)])
        await this.#write(generation, new Map(half), culprits, signal)
    }
  }

  async #send(transaction: Transaction, signal: AbortSignal): Promise<void> {
    try {
      if (transaction.size > 0) await this.#nft.run(transaction.text, signal)
    } catch (error) {
      transaction.abandon()
      throw error
    }
    transaction.commit()
  }

  async #guarded(work: () => Promise<FamilyFailure | undefined>): Promise<FamilyFailure | undefined> {
    try {
      return await work()
    } catch (error) {
      // What the kernel holds now is not known for sure.
      this.#serving = undefined
      return { family: this.#family, message: error instanceof Error ? error.message : String(error) }
    }
  }
}

const wasKilled = (error: unknown): boolean => error instanceof NftRefused && error.killed

class Culprits {
  readonly #messages = new Map<string, string>()

  get none(): boolean {
    return this.#messages.size === 0
  }

  add(key: string, error: unknown): void {
    this.#messages.set(key, error instanceof Error ? error.message : String(error))
    if (this.#messages.size > mostCulprits) throw error
  }

  failure(family: IpFamily): FamilyFailure | undefined {
    const [first] = this.#messages.values()
    return first === undefined ? undefined : { family, message: first, keys: [...this.#messages.keys()] }
  }
}

const expected = ({
  cluster,
  local,
  externalAddresses,
  loadBalancerAddresses,
  allowedSources,
}: Row): number => {
  const addresses = 2 + externalAddresses.length + loadBalancerAddresses.length
  const endpoints = (cluster?.length ?? 0) + (local?.length ?? 0)
  return addresses * 2 + endpoints * 3 + loadBalancerAddresses.length * (allowedSources?.length ?? 0)
}
