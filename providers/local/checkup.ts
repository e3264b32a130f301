import type { TargetNode } from '../../src/model/nodes.ts'
import { type Check, failed, ok, warned } from '../../src/provider/checkup.ts'
import type { ProviderError } from '../../src/provider/errors.ts'
import type { LocalListener, LocalPool } from './api.ts'
import type { LocalConfig } from './config.ts'
import { parseRange } from './server/pools.ts'
import { nodeAddress } from './targets.ts'

/** What the balancer answered, or why it did not. */
export type Asked =
  | { readonly pools: readonly LocalPool[]; readonly listeners: readonly LocalListener[] }
  | { readonly refused: ProviderError }

export function judge(asked: Asked, config: LocalConfig, nodes: readonly TargetNode[]): readonly Check[] {
  if ('refused' in asked)
    return [
      failed(
        'balancer',
        asked.refused.message,
        `start lb-controller local-balancer with --socket ${config.socket}, or set local.socket`,
      ),
    ]
  return [
    ok('balancer', `it answers on ${config.socket}`),
    ...poolChecks(asked.pools),
    servedCheck(asked.listeners),
    nodeCheck(nodes),
  ]
}

function poolChecks(pools: readonly LocalPool[]): readonly Check[] {
  if (pools.length === 0)
    return [failed('pools', 'there is none, so no Service can have an address', 'give the balancer a --pool')]
  return pools.map(({ name, ranges, held }) => {
    const size = ranges.reduce((sum, range) => sum + sizeOf(range), 0)
    const used = Object.keys(held).length
    const said = `${ranges.join(', ')}: ${used} of ${size} in use`
    if (used >= size) return failed(`pool ${name}`, said, 'give the pool more addresses')
    return used < size * 0.8 ? ok(`pool ${name}`, said) : warned(`pool ${name}`, said, 'it is almost used up')
  })
}

function sizeOf(range: string): number {
  const parsed = parseRange(range)
  return parsed.ok ? Number(parsed.value.last - parsed.value.first + 1n) : 0
}

function servedCheck(listeners: readonly LocalListener[]): Check {
  const name = 'listeners'
  const bad = listeners.flatMap(({ protocol, port, failure }) =>
    failure === undefined ? [] : [`${protocol.toLowerCase()}/${port}: ${failure}`],
  )
  if (bad.length === 0) return ok(name, `all ${listeners.length} are served`)
  return warned(
    name,
    `${bad.length} of ${listeners.length} are not served: ${bad.slice(0, 3).join('; ')}`,
    'free the port on this machine',
  )
}

function nodeCheck(nodes: readonly TargetNode[]): Check {
  const name = 'nodes'
  const without = nodes.filter((node) => nodeAddress(node) === undefined)
  if (nodes.length === 0) return warned(name, 'there is no node to send to yet')
  if (without.length === 0) return ok(name, `all ${nodes.length} have an IPv4 address`)
  const names = without
    .slice(0, 3)
    .map((node) => node.name)
    .join(', ')
  return warned(name, `${without.length} of ${nodes.length} have no IPv4 address: ${names}`)
}
