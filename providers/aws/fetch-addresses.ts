import type { AwsApi } from './api.ts'
import type { ElasticAddresses } from './facts.ts'

/**
 * The elastic addresses of the account in this region; one answer holds them all. Whom each serves is left out: that
 * changes with our own calls, and would be old by the time it is looked at. AWS refuses one that serves somebody else.
 */
export async function fetchAddresses(api: AwsApi, signal: AbortSignal): Promise<ElasticAddresses> {
  const { Addresses: addresses = [] } = await api.call('DescribeAddresses', {}, signal)
  const known = addresses.flatMap(({ AllocationId: id, PublicIp: address }) =>
    id === undefined || address === undefined ? [] : [[id, { address }] as const],
  )
  return Object.fromEntries(known.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
