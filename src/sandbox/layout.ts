/** Which addresses everything in a sandbox has. All of them are loopback addresses: no packet leaves the machine. */
export interface Layout {
  /** The second number of all addresses: two sandboxes have two. */
  readonly base: number
  /** Where the API server listens, and the page. */
  readonly host: string
  /** Cluster addresses of Services, a range. */
  readonly serviceRange: string
  /** Of the Service `kubernetes`. */
  readonly apiAddress: string
  /** Of the Service `kube-dns`; the DNS server listens there, on port 53. */
  readonly dnsAddress: string
  /** Where load balancers get their addresses, a range. */
  readonly pool: string
  readonly nodes: readonly NodeLayout[]
}

export interface NodeLayout {
  readonly name: string
  /** The node's own: NodePorts, health ports. */
  readonly address: string
  /** Of its pods, a range. */
  readonly podRange: string
  readonly zone: string
}

/** Beyond this the pods of the next node would have no range. */
export const mostNodes = 40

export const nodeName = (number: number): string => `node-${number}`

/** `number` counts from 1. */
export const nodeLayout = (base: number, number: number): NodeLayout => ({
  name: nodeName(number),
  address: `127.${base}.0.${10 + number}`,
  podRange: `127.${base}.${4 * number}.0/22`,
  zone: `zone-${'abc'.charAt((number - 1) % 3)}`,
})

/** `base` is 1 to 254, `nodes` 1 to `mostNodes`. */
export const layoutOf = (base: number, nodes: number): Layout => ({
  base,
  host: `127.${base}.0.1`,
  serviceRange: `127.${base}.192.0/20`,
  apiAddress: `127.${base}.192.1`,
  dnsAddress: `127.${base}.192.10`,
  pool: `127.${base}.240.0/24`,
  nodes: Array.from({ length: nodes }, (_, index) => nodeLayout(base, index + 1)),
})
