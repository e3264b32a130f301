/** What the provider can do, as far as reading a Service depends on it. A provider's `can` fits. */
export interface ServiceCapabilities {
  readonly mixedProtocols: boolean
  readonly sourceRanges: boolean
  readonly udp: boolean
  readonly sctp: boolean
  readonly ipv6: boolean
  readonly dualStack: boolean
  /** Ranges of any family are passed on: the provider checks them against the families that it decides. */
  readonly familiesApart?: true
  /** There are targets that need no NodePort: the provider checks which ones do. */
  readonly nodePortsOptional?: true
  readonly requestedAddress: boolean
  readonly sessionAffinity: boolean
}
