import { type Address, contains, type IpFamily, parseAddress } from '../../lib/ip.ts'
import type { AddressKind, Destination, Fate, Source, Target } from './fate.ts'
import type { FamilySettings, ProxyEndpoint, ProxyTable, Row } from '../table/row.ts'
import { readRange } from '../table/address.ts'

/**
 * What the kernel's data plane does with the first packet of a connection: the rule that both the rules and their tests
 * follow. A connection that an endpoint makes to itself is masqueraded besides. Reads all rows: for people and tests.
 */
export function fateOf(table: ProxyTable, source: Source, target: Target): Fate {
  const parsed = parseAddress(target.address)
  if (!parsed.ok) return pass(`${target.address} is no address`)
  const to = parsed.value
  const settings = table.families[to.family]
  if (settings === undefined) return pass(`${to.family} is not served on this node`)
  const rows = [...table.rows.values()].filter(({ family }) => family === to.family)
  const asked = rows.filter(({ protocol, port }) => protocol === target.protocol && port === target.port)

  for (const row of asked) {
    if (row.clusterAddress === to.text) return ofCluster(row, source, settings)
    if (row.loadBalancerAddresses.includes(to.text)) return ofLoadBalancer(row, source, to, settings)
    if (row.externalAddresses.includes(to.text)) return ofExternal(row, source, settings)
  }
  const byNodePort = rows.find(
    ({ protocol, nodePort }) => protocol === target.protocol && nodePort === target.port,
  )
  if (byNodePort !== undefined && isLoopback(to)) return ofLoopback(byNodePort, source, settings)
  if (byNodePort !== undefined && answersNodePorts(to, settings))
    return ofExternal(byNodePort, source, settings)
  if (rows.some(({ clusterAddress }) => clusterAddress === to.text))
    return { verdict: 'reject', why: `no Service has ${target.protocol} ${target.port} at ${to.text}` }
  if (inRanges(to, settings.serviceRanges))
    return { verdict: 'drop', why: `${to.text} is in a service range, and no Service has it` }
  if (byNodePort !== undefined) return pass(`${to.text} does not answer on NodePorts`)
  return pass(`no Service has ${target.protocol} ${target.port} at ${to.text}`)
}

/** Where a Service can be reached from this node's point of view, in the order of its ports, families and kinds. */
export function destinationsOf(table: ProxyTable, namespace: string, name: string): readonly Destination[] {
  return [...table.rows.values()]
    .filter((row) => row.namespace === namespace && row.name === name)
    .flatMap((row) => destinationsOfRow(row, table.families[row.family]))
}

/** Every address and port that the row claims, node ports at the addresses that answer them. */
export function destinationsOfRow(row: Row, settings: FamilySettings | undefined): readonly Destination[] {
  const { family, protocol, clusterAddress, nodePort } = row
  const at = (kind: AddressKind, address: string, port = row.port): Destination => ({
    kind,
    family,
    address,
    protocol,
    port,
  })
  return [
    ...(clusterAddress === undefined ? [] : [at('cluster', clusterAddress)]),
    ...row.externalAddresses.map((address) => at('external', address)),
    ...row.loadBalancerAddresses.map((address) => at('load-balancer', address)),
    ...(nodePort === undefined || settings === undefined
      ? []
      : nodePortAddressesOf(family, settings).map((address) => at('node-port', address, nodePort))),
  ]
}

const loopbackOf = { IPv4: '127.0.0.1', IPv6: '::1' } as const

/** The addresses of this node that answer on NodePorts. */
const nodePortAddressesOf = (family: IpFamily, settings: FamilySettings): readonly string[] => [
  ...settings.nodeAddresses.filter((address) => {
    const read = parseAddress(address)
    return read.ok && answersNodePorts(read.value, settings)
  }),
  ...(settings.nodePorts.localhost ? [loopbackOf[family]] : []),
]

function answersNodePorts(to: Address, { nodePorts, nodeAddresses }: FamilySettings): boolean {
  if (!nodeAddresses.includes(to.text)) return false
  return nodePorts.ranges === 'all' || inRanges(to, nodePorts.ranges)
}

function ofCluster(row: Row, source: Source, { masqueradeAll, pods }: FamilySettings): Fate {
  const policy = row.internalLocal ? 'internalTrafficPolicy Local' : 'internalTrafficPolicy Cluster'
  const set = row.internalLocal ? row.local : row.cluster
  const known = pods.by !== 'none'
  const masqueraded = masqueradeAll || (known && source.kind !== 'pod')
  const seen = masqueradeAll
    ? 'all traffic to cluster addresses is masqueraded'
    : !known
      ? 'pods are not told from others, so nothing is masqueraded'
      : source.kind === 'pod'
        ? 'a pod keeps its address'
        : 'only pods keep their address'
  return forward(row, set, row.internalLocal, masqueraded, `${policy}; ${seen}`)
}

/** External addresses, NodePorts, and load balancer addresses once the client may come. */
function ofExternal(row: Row, { kind }: Source, { pods }: FamilySettings): Fate {
  if (!row.externalLocal) return forward(row, row.cluster, false, true, 'externalTrafficPolicy Cluster')
  const short = 'externalTrafficPolicy Local holds for outside clients only'
  if (kind === 'node') return forward(row, row.cluster, false, true, `from this node; ${short}`)
  if (kind === 'pod' && pods.by !== 'none')
    return forward(row, row.cluster, false, false, `from a pod; ${short}`)
  const unknown = kind === 'pod' ? '; pods are not told from others' : ''
  return forward(row, row.local, true, false, `externalTrafficPolicy Local${unknown}`)
}

function ofLoadBalancer(row: Row, source: Source, to: Address, settings: FamilySettings): Fate {
  const { allowedSources } = row
  if (allowedSources === undefined) return ofExternal(row, source, settings)
  if (allowedSources.length === 0)
    return { verdict: 'drop', why: `loadBalancerSourceRanges has no range of ${row.family}` }
  // A packet of the node itself leaves with its primary address, unless the program chose another one.
  const text = source.address ?? (source.kind === 'node' ? settings.nodeAddresses[0] : undefined)
  if (text === undefined) return { ...ofExternal(row, source, settings), onlyFrom: allowedSources }
  const client = parseAddress(text)
  const listed = client.ok && isAllowed(client.value, to, allowedSources, settings)
  if (!listed) return { verdict: 'drop', why: `${text} is not in loadBalancerSourceRanges` }
  return ofExternal(row, source, settings)
}

/** Some clouds show what a node sends to a load balancer as sent by the load balancer's own address. */
function isAllowed(
  client: Address,
  to: Address,
  ranges: readonly string[],
  { nodeAddresses }: FamilySettings,
): boolean {
  if (inRanges(client, ranges)) return true
  if (client.text !== to.text) return false
  return nodeAddresses.some((own) => {
    const read = parseAddress(own)
    return read.ok && inRanges(read.value, ranges)
  })
}

/** NodePorts on loopback are answered by a forwarder, for TCP, and only while it has somewhere to go. */
function ofLoopback(row: Row, { kind }: Source, { nodePorts }: FamilySettings): Fate {
  if (kind !== 'node') return pass('loopback addresses are reached from the node alone')
  if (!nodePorts.localhost) return pass('NodePorts do not answer on loopback')
  if (row.protocol !== 'TCP')
    return { verdict: 'reject', why: `NodePorts answer on loopback for TCP only, not ${row.protocol}` }
  const set = (row.externalLocal ? row.local : row.cluster) ?? []
  if (set.length === 0) return { verdict: 'reject', why: 'no usable endpoint, so nobody listens on loopback' }
  return forward(row, set, false, true, 'a forwarder listens on loopback')
}

function forward(
  row: Row,
  set: readonly ProxyEndpoint[] | undefined,
  local: boolean,
  masqueraded: boolean,
  why: string,
): Fate {
  if (set !== undefined && set.length > 0)
    return {
      verdict: 'forward',
      endpoints: set,
      source: masqueraded ? 'masqueraded' : 'kept',
      ...(row.affinitySeconds === undefined ? {} : { affinitySeconds: row.affinitySeconds }),
      why,
    }
  if (local && row.anywhere)
    return { verdict: 'drop', why: `${why}; usable endpoints are on other nodes only` }
  return { verdict: 'reject', why: 'no usable endpoint on any node' }
}

const pass = (why: string): Fate => ({ verdict: 'pass', why })

const isLoopback = (address: Address): boolean =>
  address.family === 'IPv4' ? address.bytes[0] === 127 : address.text === '::1'

const inRanges = (address: Address, ranges: readonly string[]): boolean =>
  ranges.some((text) => {
    const range = readRange(text)
    return range !== undefined && contains(range, address)
  })
