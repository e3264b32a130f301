/** What this Octavia and its driver can do. */
export interface Features {
  readonly provider: string
  readonly ovn: boolean
  /** The minor version: 16 of 2.16. */
  readonly minor: number
  readonly timeouts: boolean
  readonly tags: boolean
  readonly flavors: boolean
  readonly allowedCidrs: boolean
  readonly availabilityZones: boolean
  readonly httpMonitorOnUdp: boolean
  readonly tlsVersions: boolean
}

/** `v2.26` -> 26. */
const minorOf = (version: string): number => Number(/\.(\d+)$/.exec(version)?.[1] ?? 0)

/** Octavia's own names are kept for what a driver has; `octavia` is an alias of amphora. */
export function featuresOf(provider: string, version: string): Features {
  const minor = minorOf(version)
  const ovn = provider === 'ovn'
  return {
    provider,
    ovn,
    minor,
    timeouts: !ovn && minor >= 1,
    tags: minor >= 5,
    flavors: !ovn && minor >= 6,
    allowedCidrs: !ovn && minor >= 12,
    availabilityZones: !ovn && minor >= 14,
    httpMonitorOnUdp: !ovn && minor >= 16,
    tlsVersions: !ovn && minor >= 17,
  }
}
