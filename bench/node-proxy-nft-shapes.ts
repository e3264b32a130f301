import type { FamilySettings, ProxyEndpoint, ProxyTable, Row } from '../src/node-proxy/table/row.ts'

export type Shape = 'cluster' | 'balanced'

const octets = (first: number, number: number): string =>
  `10.${first + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`

const endpoint = (number: number): ProxyEndpoint => ({
  address: octets(128, number),
  port: 8080,
  local: number % 2 === 0,
})

export const rowOf = (number: number, shape: Shape, endpoints?: readonly ProxyEndpoint[]): Row => ({
  key: `bench/s${number}:http/TCP/IPv4`,
  namespace: 'bench',
  name: `s${number}`,
  portName: 'http',
  family: 'IPv4',
  protocol: 'TCP',
  port: 80,
  clusterAddress: octets(96, number),
  externalAddresses: [],
  loadBalancerAddresses: shape === 'balanced' ? [octets(112, number)] : [],
  ...(shape === 'balanced' ? { nodePort: 30_000 + number } : {}),
  internalLocal: false,
  externalLocal: false,
  cluster: endpoints ?? [endpoint(2 * number), endpoint(2 * number + 1)],
  local: undefined,
  anywhere: true,
})

/** The same Service with its second endpoint replaced. */
export const replaced = (number: number, shape: Shape, turn: number): Row =>
  rowOf(number, shape, [endpoint(2 * number), endpoint(1_000_000 + turn)])

export const settings: FamilySettings = {
  nodePorts: { ranges: 'all', localhost: false },
  pods: { by: 'ranges', ranges: ['10.128.0.0/10'] },
  serviceRanges: ['10.96.0.0/12'],
  masqueradeAll: false,
  nodeAddresses: ['192.0.2.1'],
}

const families: ProxyTable['families'] = { IPv4: settings }

export const tableOf = (rows: ReadonlyMap<string, Row>): ProxyTable => ({
  rows,
  healthChecks: new Map(),
  families,
})

export const rowsOf = (count: number, shape: Shape): Map<string, Row> =>
  new Map(Array.from({ length: count }, (_, number) => rowOf(number, shape)).map((row) => [row.key, row]))
