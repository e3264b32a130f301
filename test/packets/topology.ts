import {
  addressOfPod,
  asker,
  at,
  beyondPort,
  families,
  gateway,
  machines,
  nets,
  podRanges,
  pods,
  spaces,
  type Family,
  type NodeName,
  type Space,
} from './addresses.ts'
import { must } from './command.ts'
import { prefixOfRun, removeLeftovers, removeNamespaces } from './leftovers.ts'

export interface Topology {
  nameOf(space: Space): string
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
    await Promise.all(spaces.map((space) => setSysctls(nameOf(space), sysctlsOf(space))))
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
        batch(nameOf(space), [...linesOf(space), ...(options.anyIp === true ? anyIpLines(space) : [])]),
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

function sysctlsOf(space: Space): Readonly<Record<string, string>> {
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
    'net.ipv4.ip_local_port_range': '10240 65535',
    ...(routes ? { 'net.ipv4.ip_forward': '1', 'net.ipv6.conf.all.forwarding': '1' } : {}),
  }
}

const eachFamily = (lines: (family: Family) => readonly string[]) => families.flatMap(lines)

const lanBits = (family: Family) => (family === 'IPv4' ? 24 : 64)
const podBits = (family: Family) => (family === 'IPv4' ? 25 : 64)
const virtualNets = ['cluster', 'balancer', 'external'] as const
const other = (node: NodeName): NodeName => (node === 'n1' ? 'n2' : 'n1')

function linesOf(space: Space): readonly string[] {
  switch (space) {
    case 'lan':
      return [
        ...eachFamily((family) => [
          `addr add ${at('lan', 1, family)}/${lanBits(family)} dev lan`,
          ...(['n1', 'n2'] as const).map(
            (node) => `route add ${rangeOf(node, family)} via ${at('lan', machines[node][0], family)}`,
          ),
        ]),
      ]
    case 'client':
      return machineLines(space, machines.client, 'n1')
    case 'n1':
    case 'n2': {
      const links = space === 'n1' ? (['p1', 'q1'] as const) : (['p2'] as const)
      return [
        ...machineLines(space, machines[space], 'lan'),
        ...links.flatMap((link) => [
          `link set ${link} up`,
          ...eachFamily((family) => [`addr add ${gateway(link, family)}/${podBits(family)} dev ${link}`]),
        ]),
        ...eachFamily((family) => [
          `route add ${rangeOf(other(space), family)} via ${at('lan', machines[other(space)][0], family)}`,
        ]),
      ]
    }
    case 'p1':
    case 'q1':
    case 'p2':
      return [
        'link set lo up',
        'link set eth0 up',
        ...eachFamily((family) => [
          ...[...pods, asker]
            .filter((pod) => pod.space === space)
            .map((pod) => `addr add ${addressOfPod(pod, family)}/${podBits(family)} dev eth0`),
          `route add default via ${gateway(space, family)}`,
        ]),
      ]
  }
}

const rangeOf = (node: NodeName, family: Family) => podRanges[node][family === 'IPv4' ? 0 : 1]

function machineLines(space: Space, hosts: readonly number[], via: 'lan' | 'n1'): readonly string[] {
  return [
    'link set lo up',
    'link set lan up',
    ...eachFamily((family) => [
      ...hosts.map((host) => `addr add ${at('lan', host, family)}/${lanBits(family)} dev lan`),
      `route add default via ${at('lan', machines[via][0], family)} src ${at('lan', hosts[0] ?? 0, family)}`,
    ]),
  ]
}

/** Without privileges to translate, a proxy has to listen on virtual addresses: somebody must have made them local. */
function anyIpLines(space: Space): readonly string[] {
  if (space !== 'n1' && space !== 'n2') return []
  return eachFamily((family) => [
    ...(['cluster', 'balancer', 'external'] as const).map(
      (net) => `route add local ${at(net, 0, family)}/${family === 'IPv4' ? nets[net].v4Prefix : 112} dev lo`,
    ),
  ])
}

const answersForAll = (): string => `
table inet beyond {
  chain redirect {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr { ${virtual('IPv4')} } meta l4proto { tcp, udp } redirect to :${beyondPort}
    ip6 daddr { ${virtual('IPv6')} } meta l4proto { tcp, udp } redirect to :${beyondPort}
  }
}
`

const virtual = (family: Family): string =>
  virtualNets.map((net) => `${at(net, 0, family)}/${family === 'IPv4' ? nets[net].v4Prefix : 112}`).join(', ')
