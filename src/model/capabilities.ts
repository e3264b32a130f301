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
