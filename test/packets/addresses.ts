/** Who lives where in the test's network. One picture for both families; `at` writes an address of either. */
export type Family = 'IPv4' | 'IPv6'
export const families: readonly Family[] = ['IPv4', 'IPv6']

/**
 *   client ──┐                         ┌── n1 ──┬── p1 (pods that serve, on node 1)
 *            ├── lan (switch, router, ─┤        └── q1 (a pod that only asks, on node 1)
 *            │   API server)           └── n2 ──── p2 (pods that serve, on node 2)
 */
export const spaces = ['lan', 'client', 'n1', 'n2', 'p1', 'q1', 'p2'] as const
export type Space = (typeof spaces)[number]

export const nodeNames = ['n1', 'n2'] as const
export type NodeName = (typeof nodeNames)[number]

/** 192.0.2.0/24 among machines; a node's pods are 10.244.N.0/24, those who only ask in the upper half. */
export const nets = {
  lan: { v4: '192.0.2.', v6: '2001:db8:1::' },
  p1: { v4: '10.244.1.', v6: '2001:db8:244:1::' },
  q1: { v4: '10.244.1.', v6: '2001:db8:244:3::' },
  p2: { v4: '10.244.2.', v6: '2001:db8:244:8::' },
  cluster: { v4: '10.96.1.', v6: 'fd00:10:96::' },
  balancer: { v4: '203.0.113.', v6: '2001:db8:113::' },
  external: { v4: '198.51.100.', v6: '2001:db8:100::' },
} as const

export type NetName = keyof typeof nets

/** The same digits in both families, so that a table names an address once. */
export function at(net: NetName, host: number, family: Family): string {
  return family === 'IPv4' ? `${nets[net].v4}${host}` : `${nets[net].v6}${host}`
}

/** Cluster addresses, addresses of load balancers, external addresses. */
export const virtualRanges: Readonly<Record<Family, readonly string[]>> = {
  IPv4: ['10.96.0.0/16', '203.0.113.0/24', '198.51.100.0/24'],
  IPv6: ['fd00:10:96::/112', '2001:db8:113::/112', '2001:db8:100::/112'],
}
export const podRanges: Readonly<Record<NodeName, readonly string[]>> = {
  n1: ['10.244.1.0/24', '2001:db8:244::/62'],
  n2: ['10.244.2.0/24', '2001:db8:244:8::/64'],
}

/** Host numbers on the LAN. The first of a node is its primary address. */
export const machines = { lan: [1], client: [21, 22], n1: [11, 111], n2: [12, 112] } as const

/** A pod that can be an endpoint, or that asks. */
export interface Pod {
  readonly name: string
  readonly space: 'p1' | 'q1' | 'p2'
  readonly node: NodeName
  readonly host: number
}

const pod = (name: string, space: Pod['space'], host: number): Pod => ({
  name,
  space,
  node: space === 'p2' ? 'n2' : 'n1',
  host,
})

/** `a` and `c` to `f` on node 1, `b` and `g` to `j` on node 2, `asker` serves nothing. */
export const pods: readonly Pod[] = [
  pod('a', 'p1', 11),
  pod('b', 'p2', 11),
  ...['c', 'd', 'e', 'f'].map((name, n) => pod(name, 'p1', 12 + n)),
  ...['g', 'h', 'i', 'j'].map((name, n) => pod(name, 'p2', 12 + n)),
]
export const asker = pod('asker', 'q1', 211)

export const podNamed = (name: string): Pod => {
  const found = [...pods, asker].find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no pod ${name}`)
  return found
}

export const addressOfPod = ({ space, host }: Pod, family: Family): string => at(space, host, family)

/** All addresses that a node may masquerade with. */
export const addressesOfNode = (node: NodeName, family: Family): readonly string[] => [
  ...machines[node].map((host) => at('lan', host, family)),
  ...(node === 'n1' ? (['p1', 'q1'] as const) : (['p2'] as const)).map((space) => gateway(space, family)),
]

/** A node's end of the link to its pods. */
export const gateway = (space: 'p1' | 'q1' | 'p2', family: Family): string =>
  at(space, space === 'q1' && family === 'IPv4' ? 129 : 1, family)

export const targetPort = 8080
export const apiPort = 6443
/**
 * The LAN's router answers for every virtual address, under this name and on this port of its own: what a node lets go by
 * is seen, and not mistaken for silence.
 */
export const beyond = 'beyond'
export const beyondPort = 8079
