import type { Labels } from './selectors.ts'

/** `azure/network`: where everything is. What the configuration says outranks it. */
export interface Network {
  readonly subscription?: string
  readonly resourceGroup?: string
  readonly location?: string
  /** Zones of the region, `1`, `2`, `3`. Empty: it has none. */
  readonly zones?: readonly string[]
  readonly virtualNetwork?: {
    readonly name: string
    readonly resourceGroup?: string
    readonly subnets: readonly SubnetFact[]
  }
}

export interface SubnetFact {
  readonly name: string
  readonly ranges: readonly string[]
  readonly privateLinkServiceNetworkPolicies?: 'Enabled' | 'Disabled'
}

/** `azure/public-ips/<group>`: the public IP addresses of a resource group. */
export interface PublicIPFact {
  readonly name: string
  readonly resourceGroup?: string
  readonly ipAddress?: string
  readonly version?: 'IPv4' | 'IPv6'
  readonly sku?: 'Basic' | 'Standard'
  readonly dnsLabel?: string
  /** `namespace/name` of the Services that the controller made it for, from its tags. */
  readonly services?: readonly string[]
}

export const networkKey = 'azure/network'
export const namespaceKey = (name: string): string => `azure/namespace/${name}`
/** Without a group it is that of the load balancer. */
export const publicIPsKey = (group: string | undefined): string => `azure/public-ips/${group ?? ''}`

export type NamespaceLabels = Labels
