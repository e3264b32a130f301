import type { IpFamily } from '../../lib/ip.ts'
import type { Protocol, ProxyEndpoint } from '../table/row.ts'

/** Who sends: another machine, a pod of this node, or a program on this node itself. */
export type SourceKind = 'outside' | 'pod' | 'node'

export type AddressKind = 'cluster' | 'external' | 'load-balancer' | 'node-port'

/** What a packet is addressed to. The address is canonical text. */
export interface Target {
  readonly address: string
  readonly protocol: Protocol
  readonly port: number
}

export interface Destination extends Target {
  readonly kind: AddressKind
  readonly family: IpFamily
}

export interface Source {
  readonly kind: SourceKind
  /** Of the client, canonical: asked where source ranges decide. Absent: a forward says `onlyFrom`. */
  readonly address?: string
}

/**
 * What becomes of the first packet of a connection. `why` is one sentence that names the rule. `onlyFrom`: source
 * ranges hold and the client's address was not given; the fate is that of clients in them, all others are dropped.
 */
export type Fate =
  | {
      readonly verdict: 'forward'
      /** One of these, each as likely as any other. */
      readonly endpoints: readonly ProxyEndpoint[]
      /** Whose address the endpoint sees; a connection of an endpoint to itself is always masqueraded. */
      readonly source: SourceSeen
      readonly affinitySeconds?: number
      readonly why: string
      readonly onlyFrom?: readonly string[]
    }
  /**
   * `reject`: TCP is reset, else ICMP port unreachable. `drop`: silence. `pass`: not ours, the packet goes where the
   * machine's routes and other rules send it.
   */
  | {
      readonly verdict: 'reject' | 'drop' | 'pass'
      readonly why: string
      readonly onlyFrom?: readonly string[]
    }

/** `kept`: the client's. `masqueraded`: the node's. `relay`: of the userspace relay, which connects for the client. */
export type SourceSeen = 'kept' | 'masqueraded' | 'relay'
