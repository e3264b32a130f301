import type { Row } from '../src/node-proxy/table/row.ts'

/**
 * The layout that iptables made usual, in nft's words: a chain for each Service and one for each endpoint. What it
 * costs is what ours is compared with.
 */
const table = 'ip lb-bench-chains'

export const chainsGround = `add table ${table}
add map ${table} services { type ipv4_addr . inet_proto . inet_service : verdict; }
add chain ${table} prerouting { type nat hook prerouting priority -100; }
add rule ${table} prerouting ip daddr . meta l4proto . th dport vmap @services
`

const serviceChain = ({ name }: Row) => `service-${name}`
const endpointChain = ({ name }: Row, address: string) => `endpoint-${name}-${address}`

/** Endpoint chains first, then the Service's, then the way in: each batch leaves a whole table. */
export function chainsOf(rows: readonly Row[]): string {
  const lines: string[] = []
  for (const row of rows) {
    for (const { address, port } of row.cluster ?? []) {
      const chain = endpointChain(row, address)
      lines.push(
        `add chain ${table} ${chain}`,
        `add rule ${table} ${chain} ip saddr ${address} meta mark set meta mark | 0x4000`,
        `add rule ${table} ${chain} meta l4proto tcp dnat to ${address}:${port}`,
      )
    }
    lines.push(`add chain ${table} ${serviceChain(row)}`, pick(row))
    lines.push(
      `add element ${table} services { ${row.clusterAddress} . tcp . ${row.port} : goto ${serviceChain(row)} }`,
    )
  }
  return `${lines.join('\n')}\n`
}

/** One endpoint goes and another one comes. */
export function chainsReplaced(before: Row, after: Row): string {
  const old = new Set(before.cluster?.map(({ address }) => address))
  const now = new Set(after.cluster?.map(({ address }) => address))
  const come = (after.cluster ?? []).filter(({ address }) => !old.has(address))
  return [
    ...come.flatMap(({ address, port }) => [
      `add chain ${table} ${endpointChain(after, address)}`,
      `add rule ${table} ${endpointChain(after, address)} ip saddr ${address} meta mark set meta mark | 0x4000`,
      `add rule ${table} ${endpointChain(after, address)} meta l4proto tcp dnat to ${address}:${port}`,
    ]),
    `flush chain ${table} ${serviceChain(after)}`,
    pick(after),
    ...[...old]
      .filter((address) => !now.has(address))
      .map((address) => `delete chain ${table} ${endpointChain(before, address)}`),
    '',
  ].join('\n')
}

function pick(row: Row): string {
  const endpoints = row.cluster ?? []
  const targets = endpoints.map(({ address }, at) => `${at} : goto ${endpointChain(row, address)}`)
  return `add rule ${table} ${serviceChain(row)} numgen random mod ${endpoints.length} vmap { ${targets.join(', ')} }`
}
