import type { Fate } from '../../src/node-proxy/fate/fate.ts'
import type { Family, NodeName } from './addresses.ts'
import { must } from './command.ts'
import type { From, To } from './contract.ts'
import type { Protocol } from './orders.ts'
import type { Rig } from './rig.ts'

/** What `--explain -o json` says of one address of a Service. */
export interface Explained {
  readonly kind: To
  readonly family: Family
  readonly address: string
  readonly protocol: Protocol
  readonly port: number
  readonly fates: Readonly<Record<From, Fate>>
}

/** Asks the program itself, on that node. */
export async function explain(
  rig: Rig,
  node: NodeName,
  service: string,
  flags: readonly string[] = [],
): Promise<readonly Explained[]> {
  const command = rig.command(node, ['--explain', `svc/${service}`, '-o', 'json', ...flags])
  const out = await must(['ip', 'netns', 'exec', rig.namespaceOf(node), ...command])
  return (JSON.parse(out) as { readonly destinations: readonly Explained[] }).destinations
}
