import type { FamilySettings, ProxyEndpoint, ProxyTable, Row } from '../../../src/node-proxy/table/row.ts'

export const endpoint = (address: string, port: number, local = false): ProxyEndpoint => ({
  address,
  port,
  local,
})

const here = endpoint('10.200.1.5', 8080, true)
const there = endpoint('10.200.2.5', 8080)

/** `clusterAddress: undefined` takes it away. */
export type RowFields = Partial<Omit<Row, 'clusterAddress'>> & {
  readonly clusterAddress?: string | undefined
}

/** A TCP Service of two endpoints, one of them on this node. */
export function row(fields: RowFields = {}): Row {
  const { clusterAddress, ...rest } = { clusterAddress: '10.96.0.10', ...fields }
  return {
    key: 'shop/web:http/TCP/IPv4',
    namespace: 'shop',
    name: 'web',
    portName: 'http',
    family: 'IPv4',
    protocol: 'TCP',
    port: 80,
    externalAddresses: [],
    loadBalancerAddresses: [],
    internalLocal: false,
    externalLocal: false,
    cluster: [here, there],
    local: [here],
    anywhere: true,
    ...(clusterAddress === undefined ? {} : { clusterAddress }),
    ...rest,
  }
}

export const family = (fields: Partial<FamilySettings> = {}): FamilySettings => ({
  nodePorts: { ranges: ['192.0.2.1/32'], localhost: false },
  pods: { by: 'ranges', ranges: ['10.200.1.0/24'] },
  serviceRanges: ['10.96.0.0/12'],
  masqueradeAll: false,
  nodeAddresses: ['192.0.2.1'],
  ...fields,
})

const families: ProxyTable['families'] = { IPv4: family() }

/** Tables share their settings while nothing about the node changes. */
export const tableOf = (rows: readonly Row[], settings = families): ProxyTable => ({
  rows: new Map(rows.map((each) => [each.key, each])),
  healthChecks: new Map(),
  families: settings,
})
