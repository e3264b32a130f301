import type { IpFamily } from '../../lib/ip.ts'

/** What the node proxy serves: data only, decided from Services, EndpointSlices and this node; both data planes render it. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP'

export interface ProxyEndpoint {
  /** Canonical text of the row's family. */
  readonly address: string
  readonly port: number
  /** On this node. */
  readonly local: boolean
}

/** One port of a Service in one IP family. Rows are never changed: another state is another object. */
export interface Row {
  /** `namespace/name:portName/TCP/IPv4` */
  readonly key: string
  readonly namespace: string
  readonly name: string
  readonly portName: string
  readonly family: IpFamily
  readonly protocol: Protocol
  readonly port: number
  /** Absent with `--only-load-balancer`. */
  readonly clusterAddress?: string
  readonly externalAddresses: readonly string[]
  /** Of ipMode VIP (or none), in the row's family. */
  readonly loadBalancerAddresses: readonly string[]
  readonly nodePort?: number
  /** Present when clients keep their endpoint: for so long after their last new connection. */
  readonly affinitySeconds?: number
  /**
   * Canonical ranges of the row's family that may use the load balancer addresses. Absent: everybody. Empty: nobody,
   * because ranges were asked for and none is of this family: nothing is widened.
   */
  readonly allowedSources?: readonly string[]
  readonly internalLocal: boolean
  /** False unless the row has an external address, load balancer address or node port. */
  readonly externalLocal: boolean
  /** Usable by policy Cluster, topology considered, sorted. Undefined: nothing of this row uses that policy. */
  readonly cluster: readonly ProxyEndpoint[] | undefined
  /** Usable by policy Local: those of this node, sorted. Undefined: nothing of this row uses that policy. */
  readonly local: readonly ProxyEndpoint[] | undefined
  /**
   * UDP only: all that serve, terminating or not, whatever policy and topology, sorted. A tracked flow to any other is
   * stale. Shared with `cluster` where both are the same.
   */
  readonly serving?: readonly ProxyEndpoint[]
  /** Some node has a usable endpoint: what Local lacks here is dropped, not rejected. */
  readonly anywhere: boolean
}

/** A Service whose healthCheckNodePort this node answers. */
export interface HealthCheckPort {
  readonly namespace: string
  readonly name: string
  readonly port: number
  /**
   * Distinct addresses of ready endpoints of this node, over all ports, in the family that has more of them: a pod of
   * two families is one, as it is to kube-proxy, whose count other nodes may answer.
   */
  readonly localEndpoints: number
}

/** Which addresses of this node answer on NodePorts. */
export interface NodePortAddresses {
  /** `all`: every address of the machine but loopback. Else canonical ranges. */
  readonly ranges: 'all' | readonly string[]
  /** 127.0.0.0/8 and ::1 too, which takes a forwarder of our own where the data plane is nftables. */
  readonly localhost: boolean
}

/** How packets of this node's pods are told from others. `none`: they are not. */
export type PodDetector =
  | { readonly by: 'ranges'; readonly ranges: readonly string[] }
  | { readonly by: 'interface'; readonly prefix: string }
  | { readonly by: 'none' }

/** What holds for all rows of a family. */
export interface FamilySettings {
  readonly nodePorts: NodePortAddresses
  readonly pods: PodDetector
  /** Ranges that cluster addresses are given out of: an address in them that no Service has is dropped. */
  readonly serviceRanges: readonly string[]
  readonly masqueradeAll: boolean
  /** This node's own addresses of the family, the primary one first. */
  readonly nodeAddresses: readonly string[]
}

export interface ProxyTable {
  /** By key. No two rows claim one address, protocol and port: who holds it keeps it, else the older Service. */
  readonly rows: ReadonlyMap<string, Row>
  /** By `namespace/name`. */
  readonly healthChecks: ReadonlyMap<string, HealthCheckPort>
  /** A family that is absent is not served. */
  readonly families: Readonly<Partial<Record<IpFamily, FamilySettings>>>
}

/** Those that the table serves. */
export const familiesIn = ({ families }: Pick<ProxyTable, 'families'>): readonly IpFamily[] =>
  Object.keys(families) as IpFamily[]
