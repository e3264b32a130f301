import {
  addressOfPod,
  asker,
  at,
  beyondPort,
  families,
  gateway,
  machines,
  podRanges,
  pods,
  spaces,
  virtualRanges,
  type Family,
  nodeNames,
  type NodeName,
  type Pod,
  type Space,
} from './addresses.ts'
import { must } from './command.ts'
import { prefixOfRun, removeLeftovers, removeNamespaces } from './leftovers.ts'

export interface Topology {
  readonly nameOf: (space: Space) => string
  remove(): Promise<void>
}

/** Builds the namespaces and what joins them. `anyIp`: a node takes the virtual addresses for its own, to bind them. */
export async function buildTopology(options: { readonly anyIp?: boolean } = {}): Promise<Topology> {
  await removeLeftovers()
  const prefix = await prefixOfRun()
  const nameOf = (space: Space) => `${prefix}-${space}`
  const remove = () => removeNamespaces(spaces.map(nameOf))
  try {
    await must(['ip', '-batch', '-'], spaces.map((space) => `netns add ${nameOf(space)}\n`).join(''))
    await Promise.all(
      spaces.map((space) => setSysctls(nameOf(space), sysctlsOf(space, options.anyIp === true))),
    )
    await batch(nameOf('lan'), [
      'link set lo up',
      'link add lan type bridge mcast_snooping 0',
      'link set lan up',
      ...(['client', 'n1', 'n2'] as const).flatMap((space) => [
        `link add ${space} type veth peer name lan netns ${nameOf(space)}`,
        `link set ${space} master lan up`,
      ]),
    ])
    await must(['ip', 'netns', 'exec', nameOf('lan'), 'nft', '-f', '-'], answersForAll())
    for (const [node, space] of [
      ['n1', 'p1'],
      ['n1', 'q1'],
      ['n2', 'p2'],
    ] as const)
      await batch(nameOf(node), [`link add ${space} type veth peer name eth0 netns ${nameOf(space)}`])
    await Promise.all(
      spaces.map((space) =>
        batch(nameOf(space), [...linesOf[space](), ...(options.anyIp === true ? anyIpLines(space) : [])]),
      ),
    )
  } catch (error) {
    await remove()
    throw error
  }
  return { nameOf, remove }
}

const batch = (namespace: string, lines: readonly string[]) =>
  must(['ip', '-n', namespace, '-batch', '-'], `${lines.join('\n')}\n`)

/** Writes `a.b.c` under /proc/sys of a namespace; a name that this kernel lacks is passed over. */
export async function setSysctls(namespace: string, values: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(values).map(([name, value]) => {
    const file = `/proc/sys/${name.replaceAll('.', '/')}`
    return `[ ! -e ${file} ] || echo '${value}' > ${file}`
  })
  await must(['ip', 'netns', 'exec', namespace, 'sh', '-e'], `${lines.join('\n')}\n`)
}

function sysctlsOf(space: Space, anyIp: boolean): Readonly<Record<string, string>> {
  const routes = space === 'lan' || space === 'n1' || space === 'n2'
  return {
    'net.ipv6.conf.default.accept_dad': '0',
    'net.ipv6.conf.default.accept_redirects': '0',
    'net.ipv4.conf.all.rp_filter': '0',
    'net.ipv4.conf.default.rp_filter': '0',
    'net.ipv4.conf.all.send_redirects': '0',
    'net.ipv4.conf.default.send_redirects': '0',
    'net.ipv4.conf.all.accept_redirects': '0',
    // A refusal that is held back would look like silence.
    'net.ipv4.icmp_ratemask': '0',
    'net.ipv6.icmp.ratemask': '127',
    // Wide, for many short connections to one place. Not where a node has to listen: what a client happened to take, or
    // still waits with, could not be bound.
    'net.ipv4.ip_local_port_range': space === 'n1' || space === 'n2' ? '33000 65535' : '10240 65535',
    // The switch must not take what crosses it for its own.
    'net.bridge.bridge-nf-call-iptables': '0',
    'net.bridge.bridge-nf-call-ip6tables': '0',
    // IPv4 binds to what a local route covers, IPv6 only to addresses, unless told so.
    ...(anyIp ? { 'net.ipv6.ip_nonlocal_bind': '1' } : {}),
    ...(routes ? { 'net.ipv4.ip_forward': '1', 'net.ipv6.conf.all.forwarding': '1' } : {}),
  }
}

const eachFamily = (lines: (family: Family) => readonly string[]) => families.flatMap(lines)

const bits = { lan: { IPv4: 24, IPv6: 64 }, pods: { IPv4: 25, IPv6: 64 } } as const

/** Without nodad an IPv6 address is not usable at once. `second`: nothing is sent from it unless a program says so. */
const address = (text: string, net: keyof typeof bits, device: string, second = false) =>
  text.includes(':')
    ? `addr add ${text}/${bits[net].IPv6} dev ${device} nodad${second ? ' preferred_lft 0' : ''}`
    : `addr add ${text}/${bits[net].IPv4} dev ${device}`

const linesOf: { readonly [S in Space]: () => readonly string[] } = {
  lan: () =>
    eachFamily((family) => [
      address(at('lan', 1, family), 'lan', 'lan'),
      ...nodeNames.map((node) => routeToPods(node, family)),
    ]),
  client: () => machineLines(machines.client, machines.n1[0]),
  n1: () => nodeLines('n1', ['p1', 'q1']),
  n2: () => nodeLines('n2', ['p2']),
  p1: () => podLines('p1'),
  q1: () => podLines('q1'),
  p2: () => podLines('p2'),
}

const routeToPods = (node: NodeName, family: Family) =>
  `route add ${rangeOf(node, family)} via ${at('lan', machines[node][0], family)}`

const nodeLines = (node: NodeName, links: readonly Pod['space'][]) => [
  ...machineLines(machines[node], machines.lan[0]),
  ...links.flatMap((link) => [
    `link set ${link} up`,
    ...eachFamily((family) => [address(gateway(link, family), 'pods', link)]),
  ]),
  ...eachFamily((family) => [routeToPods(node === 'n1' ? 'n2' : 'n1', family)]),
]

const podLines = (space: Pod['space']) => [
  'link set lo up',
  'link set eth0 up',
  ...eachFamily((family) => [
    ...[...pods, asker]
      .filter((pod) => pod.space === space)
      .map((pod) => address(addressOfPod(pod, family), 'pods', 'eth0')),
    `route add default via ${gateway(space, family)}`,
  ]),
]

const rangeOf = (node: NodeName, family: Family) => podRanges[node][family === 'IPv4' ? 0 : 1]

const machineLines = (hosts: readonly number[], router: number): readonly string[] => [
  'link set lo up',
  'link set lan up',
  ...eachFamily((family) => [
    ...hosts.map((host, n) => address(at('lan', host, family), 'lan', 'lan', n > 0)),
    `route add default via ${at('lan', router, family)} src ${at('lan', hosts[0] ?? 0, family)}`,
  ]),
]

/** Without privileges to translate, a proxy has to listen on virtual addresses: somebody must have made them local. */
function anyIpLines(space: Space): readonly string[] {
  if (space !== 'n1' && space !== 'n2') return []
  return eachFamily((family) => virtualRanges[family].map((range) => `route add local ${range} dev lo`))
}

const answersForAll = (): string => `
table inet beyond {
  chain answer {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr { ${virtualRanges.IPv4.join(', ')} } meta l4proto { tcp, udp } redirect to :${beyondPort}
    ip6 daddr { ${virtualRanges.IPv6.join(', ')} } meta l4proto { tcp, udp } redirect to :${beyondPort}
  }
}
`
