import type { VirtualClock } from '../../../src/lib/clock.ts'
import type { FlowDelete } from '../../../src/node-proxy/conntrack/deletes.ts'
import type { TrackedFlow } from '../../../src/node-proxy/conntrack/flow-index.ts'
import type { ConntrackTool } from '../../../src/node-proxy/conntrack/tool.ts'
import { within } from '../../../src/node-proxy/table/ranges.ts'

/** The kernel's table, and what a walk over it costs. */
export class TrackedFlows implements ConntrackTool {
  flows = new Set<string>()
  walks: string[] = []
  /** What one ends is decided when it began. */
  walking = false
  /** What stands in the way of the next walks, one each. */
  readonly broken: Error[] = []
  readonly #clock: VirtualClock

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  async end({ address, port, to }: FlowDelete): Promise<number> {
    await this.#walk(`end ${address ?? '*'} ${port ?? '*'} ${to?.address ?? '*'}`)
    const doomed = [...this.flows].filter((text) => {
      const { to: sent, by } = flow(text)
      const there = address === undefined ? sent.address !== by.address : sent.address === address
      return (
        there &&
        (port === undefined || sent.port === port) &&
        (to === undefined || (to.address === by.address && to.port === by.port))
      )
    })
    for (const text of doomed) this.flows.delete(text)
    return doomed.length
  }

  async look(family: string, range: string, found: (flow: TrackedFlow) => void): Promise<void> {
    await this.#walk(`look ${range}`)
    for (const text of this.flows) if (within(flow(text).to.address, [range])) found(flow(text))
  }

  async #walk(text: string): Promise<void> {
    this.walks.push(text)
    this.walking = true
    await this.#clock.sleep(600)
    this.walking = false
    const error = this.broken.shift()
    if (error !== undefined) throw error
  }
}

/** `address#port > address#port`, and a name to tell clients apart. */
export function flow(text: string): TrackedFlow {
  const [, address = '', port, by = '', byPort] = /^(\S+)#(\d+) > (\S+)#(\d+)/.exec(text) ?? []
  return { family: 'IPv4', to: { address, port: Number(port) }, by: { address: by, port: Number(byPort) } }
}
