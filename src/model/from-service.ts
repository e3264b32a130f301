import type { AnnotationTable, ForeignKey } from './annotations.ts'
import type { LoadBalancer } from './load-balancer.ts'
import type { ServiceObject } from './objects.ts'
import type { Problem } from './problem.ts'

/** What the provider can do, as far as reading a Service depends on it. A provider's `can` fits. */
export interface ServiceCapabilities {
  readonly mixedProtocols: boolean
  readonly sourceRanges: boolean
  readonly udp: boolean
  /** Default false. */
  readonly sctp?: boolean
  readonly ipv6: boolean
  readonly requestedAddress: boolean
  readonly sessionAffinity: boolean
}

export interface FromServiceOptions {
  readonly provider: string
  readonly table: AnnotationTable
  readonly can: ServiceCapabilities
  /** `file`: what the API server fills in (uid, nodePort) may be missing. */
  readonly origin: 'file' | 'cluster'
  /** Default: every key that `known-keys.ts` lists for other clouds. */
  readonly foreignKeys?: readonly ForeignKey[]
}

/** `lb` is missing exactly when a problem is an error. */
export interface FromService {
  readonly lb?: LoadBalancer
  readonly problems: readonly Problem[]
}
export declare function fromService(service: ServiceObject, options: FromServiceOptions): FromService
