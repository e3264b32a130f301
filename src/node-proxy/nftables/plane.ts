import { release } from 'node:os'
import type { IpFamily } from '../../lib/ip.ts'
import { silentLog, type Log } from '../../observe/log.ts'
import type { Applied, Changed, DataPlane, FamilyFailure } from '../data-plane.ts'
import type { ProxyTable, Row } from '../table/row.ts'
import { FamilyRules } from './family.ts'
import { type Nft, nftProgram } from './nft.ts'
import { check, lackingFamilies } from './requirements.ts'
import { tableOf } from './words.ts'

export interface NftablesOptions {
  /** Default: the program `nft` of PATH. */
  readonly nft?: Nft
  /** Of the packet mark, which is set between choosing an endpoint and masquerading. Default 14, as kube-proxy. */
  readonly masqueradeBit?: number
  /** Default: of the machine. */
  readonly kernel?: string
  readonly log?: Log
  /** Rules that serve nobody could not be removed; the next load finds them. */
  readonly onCleanupFailed?: (family: IpFamily) => void
}

const families: readonly IpFamily[] = ['IPv4', 'IPv6']

/** The table in the kernel. What was written stays when the process ends, and serves until another one replaces it. */
export class NftablesPlane implements DataPlane {
  readonly name = 'nftables'
  readonly #nft: Nft
  readonly #kernel: string
  readonly #rules: ReadonlyMap<IpFamily, FamilyRules>
  /** Families that were cleared by this process, because nobody wants them. */
  readonly #absent = new Set<IpFamily>()
  readonly #log: Log
  #able: readonly IpFamily[] = families

  constructor(options: NftablesOptions = {}) {
    const { nft = nftProgram({ ahead: families.length }), masqueradeBit = 14, kernel = release() } = options
    const { log = silentLog, onCleanupFailed = () => undefined } = options
    if (!Number.isInteger(masqueradeBit) || masqueradeBit < 0 || masqueradeBit > 31)
      throw new RangeError(`the bit of the packet mark is a whole number from 0 to 31, not ${masqueradeBit}`)
    this.#nft = nft
    this.#kernel = kernel
    this.#log = log
    this.#rules = new Map(
      families.map((family) => [
        family,
        new FamilyRules(nft, family, { masqueradeBit, onCleanupFailed: () => onCleanupFailed(family) }),
      ]),
    )
  }

  get families(): readonly IpFamily[] {
    return this.#able
  }

  async start(signal: AbortSignal): Promise<void> {
    const lacks = await check(this.#nft, this.#kernel, signal)
    for (const { family, reason } of lacks) {
      this.#log.warn('this machine cannot serve one family: going on with the other', { family, reason })
      // There can be no table of ours.
      this.#absent.add(family)
    }
    this.#able = families.filter((family) => !lacks.some((lack) => lack.family === family))
  }

  async apply(table: ProxyTable, changed: Changed, signal: AbortSignal): Promise<Applied> {
    const failures: FamilyFailure[] = []
    // One after the other, so that the memory of two children is never needed at once.
    for (const [family, rules] of this.#rules) {
      const failure = await this.#applyFamily(family, rules, table, changed, signal)
      if (failure !== undefined) failures.push(failure)
    }
    return { failures }
  }

  async #applyFamily(
    family: IpFamily,
    rules: FamilyRules,
    table: ProxyTable,
    changed: Changed,
    signal: AbortSignal,
  ): Promise<FamilyFailure | undefined> {
    const settings = table.families[family]
    if (settings === undefined) return this.#clear(family, rules, signal)
    this.#absent.delete(family)
    if (changed === 'all' || !rules.serves(settings)) {
      return rules.load(rowsOf(table, family), settings, signal)
    }
    const rows = new Map<string, Row | undefined>()
    for (const key of changed) {
      const row = table.rows.get(key)
      if (row?.family === family) rows.set(key, row)
      else if (rules.generation?.has(key) === true) rows.set(key, undefined)
    }
    return rows.size === 0 ? undefined : rules.change(rows, signal)
  }

  async #clear(
    family: IpFamily,
    rules: FamilyRules,
    signal: AbortSignal,
  ): Promise<FamilyFailure | undefined> {
    if (this.#absent.has(family)) return undefined
    try {
      await rules.remove(signal)
      this.#absent.add(family)
      return undefined
    } catch (error) {
      return { family, message: error instanceof Error ? error.message : String(error) }
    }
  }

  async intact(signal: AbortSignal): Promise<boolean> {
    for (const [family, rules] of this.#rules)
      if (!this.#absent.has(family) && !(await rules.intact(signal))) return false
    return true
  }

  /** Packets go on meeting the rules. */
  stop(): Promise<void> {
    this.#nft.end()
    return Promise.resolve()
  }

  async cleanup(signal: AbortSignal): Promise<void> {
    const lacks = await lackingFamilies((family) => this.#nft.run(`add table ${tableOf(family)}\n`, signal))
    const [lack] = lacks
    if (lack !== undefined && lacks.length === families.length) throw new Error(lack.reason)
    // A table that is not there cannot be deleted, and `destroy` is for newer kernels only.
    for (const family of families)
      if (!lacks.some((one) => one.family === family))
        await this.#nft.run(`add table ${tableOf(family)}\ndelete table ${tableOf(family)}\n`, signal)
  }
}

function* rowsOf(table: ProxyTable, family: IpFamily): Iterable<Row> {
  for (const row of table.rows.values()) if (row.family === family) yield row
}
