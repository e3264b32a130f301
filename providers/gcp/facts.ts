/** `gcp/place`: where load balancers are made. */
export interface Place {
  readonly project?: string
  readonly region?: string
  /** Path of the network: `projects/p/global/networks/n`. */
  readonly network?: string
  /** Name of the subnet of the nodes. */
  readonly subnet?: string
  /** What the ConfigMap kube-system/ingress-uid holds: part of the names of instance groups. */
  readonly ingressUid?: string
}

/** `gcp/subnet/<name>`; null where there is none of that name. */
export interface SubnetFact {
  readonly name: string
  /** Path: `projects/p/regions/r/subnetworks/s`, or only the name. */
  readonly path?: string
  readonly cidr?: string
  readonly ipv6Cidr?: string
  readonly stackType?: 'IPV4_ONLY' | 'IPV4_IPV6' | 'IPV6_ONLY'
  readonly ipv6AccessType?: 'INTERNAL' | 'EXTERNAL'
}

/** `gcp/address/<name or address>`; null where none is reserved. */
export interface AddressFact {
  readonly name: string
  readonly address: string
  readonly region?: string
  readonly addressType?: 'EXTERNAL' | 'INTERNAL'
  readonly networkTier?: 'PREMIUM' | 'STANDARD'
  readonly ipVersion?: 'IPV4' | 'IPV6'
  /** What uses it: forwarding rules and instances by path. */
  readonly users?: readonly string[]
}

/** `gcp/instances/<hash>`: the network tags of each node's instance. */
export type InstancesFact = Readonly<Record<string, { readonly tags: readonly string[] }>>

/** `gcp/logging/<namespace>/<name>`: an L4LBConfig object; null where there is none. */
export interface LoggingFact {
  readonly enabled?: boolean
  /** Of a million. */
  readonly sampleRate?: number
  readonly optionalMode?: 'INCLUDE_ALL_OPTIONAL' | 'EXCLUDE_ALL_OPTIONAL' | 'CUSTOM'
  readonly optionalFields?: readonly string[]
}

export const placeKey = 'gcp/place'
export const subnetKey = (name: string): string => `gcp/subnet/${name}`
export const addressKey = (name: string): string => `gcp/address/${name}`
export const instancesKey = (hash: string): string => `gcp/instances/${hash}`
export const loggingKey = (namespace: string, name: string): string => `gcp/logging/${namespace}/${name}`
