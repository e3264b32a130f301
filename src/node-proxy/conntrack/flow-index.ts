import type { IpFamily } from '../../lib/ip.ts'
import {
  endText,
  flowTargets,
  servingOf,
  targetText,
  type FlowEnd,
  type FlowTarget,
  type GoneFlows,
} from './flows.ts'
import { nodePortHosts, within } from '../table/ranges.ts'
import type { ProxyTable, Row } from '../table/row.ts'

/** One tracked flow: where its client sent to, and who answers it. */
export interface TrackedFlow {
  readonly family: IpFamily
  readonly to: FlowEnd
  readonly by: FlowEnd
}

/** The UDP rows that were written last, asked by target. */
export class FlowIndex {
  readonly #families: ProxyTable['families']
  readonly #serving = new Map<string, ReadonlySet<string>>()
  /** Who is served at a port, whatever the address. */
  readonly #atPort = new Map<string, Set<string>>()
  /** Who is served at all. */
  readonly #anywhere = new Set<string>()

  constructor(rows: Iterable<Row>, families: ProxyTable['families']) {
    this.#families = families
    for (const row of rows) {
      const ends = servingOf(row).map(endText)
      const serving = new Set(ends)
      for (const [name, { family, port }] of flowTargets(row)) {
        this.#serving.set(name, serving)
        const at = `${family} ${port}`
        const known = this.#atPort.get(at) ?? new Set()
        for (const end of serving) {
          known.add(end)
          this.#anywhere.add(`${family} ${end}`)
        }
        this.#atPort.set(at, known)
      }
    }
  }

  /** Whether it still must end. `unclear`: new flows may be among them, so that each has to be looked at. */
  judge({ target, to }: GoneFlows): 'gone' | 'serving' | 'unclear' {
    const serving = this.#serving.get(targetText(target))
    if (to === 'untranslated') return 'gone'
    if (to === 'all') return serving === undefined || serving.size === 0 ? 'gone' : 'unclear'
    return serving?.has(endText(to)) === true ? 'serving' : 'gone'
  }

  /** Whether any row serves this endpoint at this port: then flows to it may be good at one address and stale at another. */
  servesAt({ family, port }: FlowTarget, end: string): boolean {
    return this.#atPort.get(`${family} ${port}`)?.has(end) ?? false
  }

  serves(family: IpFamily, end: string): boolean {
    return this.#anywhere.has(`${family} ${end}`)
  }

  /** Node ports answer at each of these. */
  nodeAddresses(family: IpFamily): readonly string[] {
    const settings = this.#families[family]
    return settings === undefined ? [] : nodePortHosts(settings)
  }

  /** Whether `stale` would tell of flows to it: there is a row, or only Services can be there. */
  sees(target: FlowTarget): boolean {
    return this.#serving.has(targetText(target)) || this.#isServiceAddress(target.family, target.address)
  }

  /** Why the flow must end, if it must. Undefined also where it is none of ours. */
  stale({ family, to, by }: TrackedFlow): GoneFlows | undefined {
    const exact: FlowTarget = { family, ...to }
    const atNode: FlowTarget = { family, port: to.port }
    const translated = endText(by) !== endText(to)
    if (this.#serving.has(targetText(exact))) return this.#staleAt(exact, by, translated)
    if (this.#serving.has(targetText(atNode)) && this.nodeAddresses(family).includes(to.address))
      return this.#staleAt(atNode, by, translated)
    const orphan = translated && this.#isServiceAddress(family, to.address)
    return orphan ? { target: exact, to: 'all' } : undefined
  }

  #staleAt(target: FlowTarget, by: FlowEnd, translated: boolean): GoneFlows | undefined {
    const serving = this.#serving.get(targetText(target)) ?? new Set()
    if (serving.has(endText(by))) return undefined
    if (serving.size === 0) return { target, to: 'all' }
    return { target, to: translated ? { address: by.address, port: by.port } : 'untranslated' }
  }

  #isServiceAddress(family: IpFamily, address: string | undefined): boolean {
    return address !== undefined && within(address, this.#families[family]?.serviceRanges ?? [])
  }
}
