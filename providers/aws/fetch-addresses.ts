import type { AwsApi } from './api.ts'
import type { ElasticAddresses } from './facts.ts'

/** The elastic addresses of the account in this region. One answer holds them all. */
export async function fetchAddresses(api: AwsApi, signal: AbortSignal): Promise<ElasticAddresses> {
  const { Addresses: addresses = [] } = await api.call('DescribeAddresses', {}, signal)
  const known = addresses.flatMap(({ AllocationId: id, PublicIp: address, ...held }) => {
    if (id === undefined || address === undefined) return []
    const usedBy = held.InstanceId ?? held.NetworkInterfaceId
    return [[id, { address, ...(usedBy === undefined ? {} : { usedBy }) }] as const]
  })
  return Object.fromEntries(known.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
