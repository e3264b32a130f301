import type { IpFamily } from '../lib/ip.ts'
import type { Protocol, ProxyEndpoint } from './row.ts'

/** Who sends: another machine, a pod of this node, or a program on this node itself. */
export type SourceKind = 'outside' | 'pod' | 'node'

export type AddressKind = 'cluster' | 'external' | 'load-balancer' | 'node-port'

export interface Destination {
  readonly kind: AddressKind
  readonly family: IpFamily
  readonly address: string
  readonly protocol: Protocol
  readonly port: number
}

/** What becomes of the first packet of a connection. `why` is one sentence that names the rule. */
export type Fate =
  | {
      readonly verdict: 'forward'
      /** One of these, each as likely as any other. */
      readonly endpoints: readonly ProxyEndpoint[]
      /** Whose address the endpoint sees; a connection of an endpoint to itself is always masqueraded. */
      readonly source: 'kept' | 'masqueraded'
      readonly affinitySeconds?: number
      readonly why: string
    }
  | { readonly verdict: 'reject' | 'drop'; readonly why: string }
