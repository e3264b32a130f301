import { contains, type Cidr, type IpFamily } from '../../lib/ip.ts'
import { fail, ok, type Result } from '../../lib/result.ts'
import type { NodeObject, ServiceCidrObject } from '../../model/objects.ts'
import type { FamilySettings, NodePortAddresses, PodDetector } from './row.ts'
import { rangeOf, readAddress, readRange } from './address.ts'

/** What a person chose. */
export interface TableSettings {
  readonly nodeName: string
  /** Those that the machine can serve. */
  readonly families: readonly IpFamily[]
  readonly nodePortAddresses: NodePortWish
  /** `node`: what the Node object says its pods have (`spec.podCIDRs`). */
  readonly pods: PodDetector | { readonly by: 'node' }
  readonly masqueradeAll: boolean
  /** Clients are of all nodes: with policy Local at a cluster address the data plane tells them apart. */
  readonly everyNode?: true
  /** Beside another proxy: only what load balancers send to, NodePorts and ingress addresses, and health ports. */
  readonly onlyLoadBalancer: boolean
  /** Serve the Services with this value of the label `service.kubernetes.io/service-proxy-name`. Undefined: those without. */
  readonly serviceProxyName?: string
  /** Anybody who may write Services can take over an address by `spec.externalIPs` (CVE-2020-8554). */
  readonly ignoreExternalAddresses: boolean
  /** Where the cluster has no ServiceCIDR objects. */
  readonly serviceRanges: readonly string[]
}

export interface NodePortWish {
  readonly ranges: readonly Cidr[]
  readonly all: boolean
  readonly primary: boolean
  readonly localhost: boolean
}

/** `--nodeport-addresses`: ranges and the words `all`, `primary`, `localhost`. Nothing at all means `primary`. */
export function readNodePortAddresses(texts: readonly string[]): Result<NodePortWish, string> {
  const items = texts.flatMap((text) => text.split(',')).map((text) => text.trim())
  const words = new Set<string>()
  const ranges: Cidr[] = []
  for (const item of items) {
    if (item === '') continue
    if (keywords.includes(item)) words.add(item)
    else {
      const range = readRange(item)
      if (range === undefined)
        return fail(
          `${JSON.stringify(item)} is neither a range such as 192.0.2.0/24 nor all, primary or localhost`,
        )
      ranges.push(range)
    }
  }
  return ok({
    ranges,
    all: words.has('all'),
    primary: words.has('primary') || (words.size === 0 && ranges.length === 0),
    localhost: words.has('localhost'),
  })
}

const keywords: readonly string[] = ['all', 'primary', 'localhost']
const loopback = { IPv4: readRange('127.0.0.0/8')!, IPv6: readRange('::1/128')! }

/** What this node and the cluster mean for each family. `machine`: addresses that the Node object may not list. */
export function familiesOf(
  settings: TableSettings,
  node: NodeObject | undefined,
  serviceCidrs: Iterable<ServiceCidrObject>,
  machine: readonly string[] = [],
): Readonly<Partial<Record<IpFamily, FamilySettings>>> {
  const cidrs = [...serviceCidrs].flatMap(({ spec }) => spec?.cidrs ?? [])
  // Beside another proxy, an address that no Service has here may be one that it serves.
  const isAlone = !settings.onlyLoadBalancer && settings.serviceProxyName === undefined
  const serviceRanges = !isAlone ? [] : cidrs.length > 0 ? cidrs : settings.serviceRanges
  const ofNode = addressesOf(node)
  const families: Partial<Record<IpFamily, FamilySettings>> = {}
  for (const family of settings.families) {
    // Which address is the primary one is the Node's to say: the machine's first may be that of a bridge.
    const [primary] = addressesIn(ofNode, family)
    families[family] = {
      nodePorts: nodePortsOf(settings.nodePortAddresses, family, primary),
      pods: podsOf(settings, family, node),
      serviceRanges: rangesIn(serviceRanges, family),
      masqueradeAll: settings.masqueradeAll,
      nodeAddresses: addressesIn([...ofNode, ...machine], family),
    }
  }
  return families
}

/** Internal addresses first, as kube-proxy chooses the primary one. */
function addressesOf(node: NodeObject | undefined): readonly string[] {
  const all = node?.status?.addresses ?? []
  return ['InternalIP', 'ExternalIP'].flatMap((wanted) =>
    all.filter(({ type }) => type === wanted).map(({ address }) => address),
  )
}

const addressesIn = (texts: readonly string[], family: IpFamily): readonly string[] => [
  ...new Set(
    texts.flatMap((text) => {
      const read = readAddress(text)
      return read?.family === family ? [read.text] : []
    }),
  ),
]

const rangesIn = (texts: readonly string[], family: IpFamily): readonly string[] =>
  [
    ...new Set(
      texts.flatMap((text) => {
        const read = readRange(text)
        return read?.family === family ? [read.text] : []
      }),
    ),
  ].toSorted()

/** A family that the list does not name is not narrowed by it; a loopback range asks for what `localhost` does. */
function nodePortsOf(wish: NodePortWish, family: IpFamily, primary: string | undefined): NodePortAddresses {
  const own = wish.ranges.filter((range) => range.family === family)
  const localhost = wish.localhost || own.some((range) => contains(loopback[family], range))
  const others = own.filter((range) => !contains(loopback[family], range))
  const unnamed = wish.ranges.length > 0 && own.length === 0 && !wish.primary && !wish.localhost
  if (wish.all || unnamed || others.some(({ prefix }) => prefix === 0)) return { ranges: 'all', localhost }
  const ranges = new Set(others.map(({ text }) => text))
  if (wish.primary && primary !== undefined) ranges.add(rangeOf({ family, text: primary }))
  return { ranges: [...ranges].toSorted(), localhost }
}

function podsOf({ pods }: TableSettings, family: IpFamily, node: NodeObject | undefined): PodDetector {
  if (pods.by === 'interface' || pods.by === 'none') return pods
  const ranges = rangesIn(pods.by === 'node' ? (node?.spec?.podCIDRs ?? []) : pods.ranges, family)
  return ranges.length === 0 ? { by: 'none' } : { by: 'ranges', ranges }
}
