import type { Tags } from './tags.ts'

/** `aws/network`: one VPC with its subnets, shared by all Services. */
export interface Network {
  readonly vpcId: string
  readonly region?: string
  /** Ranges of the VPC, of both families, where they were asked for. */
  readonly ranges?: readonly string[]
  /** Sorted by id. */
  readonly subnets: readonly SubnetFact[]
}

export type ZoneType = 'availability-zone' | 'local-zone' | 'wavelength-zone' | 'outpost'

export interface SubnetFact {
  readonly id: string
  readonly zone: string
  readonly zoneId?: string
  readonly zoneType: ZoneType
  readonly cidr: string
  readonly ipv6Cidr?: string
  readonly freeAddresses: number
  /** Whether its route table leads to an internet gateway. */
  readonly public: boolean
  readonly tags: Tags
}

/** `aws/node-groups/<hash>`: which instances of the nodes exist, and their security groups. */
export interface NodeGroups {
  readonly instances: Readonly<Record<string, readonly string[]>>
  readonly groups: Readonly<Record<string, { readonly name: string; readonly tags: Tags }>>
}

/** The groups of the region by id. */
export type GroupFacts = Readonly<
  Record<string, { readonly name: string; readonly vpcId?: string; readonly tags: Tags }>
>

/** `aws/elastic-addresses`: those of the account, by allocation id. */
export type ElasticAddresses = Readonly<
  Record<string, { readonly address: string; readonly usedBy?: string; readonly zone?: string }>
>

/** The prefix lists of the region by id, with how many rules each counts for. */
export type PrefixLists = Readonly<
  Record<string, { readonly name?: string; readonly family?: string; readonly maxEntries: number }>
>

/** `aws/security-groups/<hash of names>`: names that nobody asked for before are looked up at once. */
export const securityGroupsKey = (hash: string): string => `aws/security-groups/${hash}`
export const elasticAddressesKey = 'aws/elastic-addresses'
export const prefixListsKey = (hash: string): string => `aws/prefix-lists/${hash}`

export const networkKey = 'aws/network'
export const nodeGroupsKey = (hash: string): string => `aws/node-groups/${hash}`

/** The region that a zone is in: `us-east-1a` and `us-east-1-bos-1a` are both in us-east-1. */
export const regionOfZone = (zone: string): string | undefined =>
  /^(?<region>[a-z]{2,}(?:-[a-z]+)+?-\d+)/.exec(zone)?.groups?.['region']
