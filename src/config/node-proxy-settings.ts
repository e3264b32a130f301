import { parseAddress, parseCidr } from '../lib/ip.ts'
import type { SettingTable } from './setting-table.ts'
import { bind, choice, duration, integer, listOf, toggle, words, type SettingSpec } from './setting-types.ts'

const ranges = (doc: string, fallback: string): SettingSpec<readonly string[]> =>
  listOf(
    doc,
    fallback,
    'CIDR,...',
    'ranges such as 10.244.0.0/16 or 2001:db8::/56, with commas between them',
    (item) => parseCidr(item).ok,
  )

/** Every setting of the node proxy. What kube-proxy has under the same name means the same here. */
export const nodeProxySettings = {
  nodeName: words(
    'the name of this node in the cluster',
    'the host name in small letters',
    'NAME',
    'the name of a Node',
  ),
  dataPlane: choice(
    ['auto', 'nftables', 'userspace'],
    'who moves the packets: nftables is the kernel, and needs root and the nft program; userspace is this process; auto takes nftables where it works',
    'auto',
  ),
  bindAddress: listOf(
    'userspace: listen on these addresses of this machine instead of those of --nodeport-addresses',
    'none',
    'IP,...',
    'IP addresses, with commas between them',
    (item) => parseAddress(item).ok,
  ),
  healthAddress: bind(
    'where /healthz and /livez of the proxy are served; clouds probe this port',
    ':10256',
    'off',
  ),
  metricsAddress: bind('where /metrics is served', '127.0.0.1:10249', 'off'),
  healthCheckAddresses: listOf(
    'answer the healthCheckNodePort of Services on these addresses',
    'those that NodePorts are answered on',
    'IP,...',
    'IP addresses, with commas between them',
    (item) => parseAddress(item).ok,
  ),
  nodeportAddresses: listOf(
    'which addresses of this node answer on NodePorts: primary (those that the Node object begins with), all (but loopback), localhost, or ranges; several are added up',
    'primary',
    'WHICH,...',
    'primary, all, localhost or ranges such as 192.0.2.0/24, with commas between them',
    (item) => ['primary', 'all', 'localhost'].includes(item) || parseCidr(item).ok,
  ),
  ipFamilies: listOf(
    'serve these IP families',
    'those that this machine has addresses of',
    'FAMILY,...',
    'IPv4, IPv6 or both, with a comma between them',
    (item) => item === 'IPv4' || item === 'IPv6',
  ),
  serviceCidr: ranges(
    'the ranges that Services get their cluster addresses from; what no Service has there is dropped',
    'what the ServiceCIDR objects of the cluster say',
  ),
  clusterCidr: ranges('the ranges of all pods of the cluster, for --detect-local cluster-cidr', 'none'),
  detectLocal: words(
    "how packets of this node's pods are told from others: node-cidr (spec.podCIDRs of the Node), cluster-cidr, interface:PREFIX (pods come in by interfaces whose names begin so) or none (they are not: pods count as outside)",
    'cluster-cidr if that is given, else node-cidr',
    'HOW',
    'node-cidr, cluster-cidr, interface:PREFIX (such as interface:veth; letters, digits, "-", "_", "." and "@", 15 at most) or none',
    // It becomes part of a rule, between quotes.
    /^(?:node-cidr|cluster-cidr|none|interface:[\w.@-]{1,15})$/,
  ),
  masqueradeAll: toggle('masquerade everything that goes to a cluster address'),
  masqueradeBit: integer('nftables: the bit of the packet mark that asks for masquerading', 14, 0, 31),
  onlyLoadBalancer: toggle(
    'serve node ports, health check ports and addresses of Services of type LoadBalancer only, and no cluster address: for a node where a network plugin serves those and leaves NodePorts alone',
  ),
  serviceProxyName: words(
    'serve exactly the Services whose label service.kubernetes.io/service-proxy-name has this value; kube-proxy leaves those alone, so both can run on one node',
    'none: Services without that label are served',
    'NAME',
    'the value of a label: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
    /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/,
  ),
  ignoreExternalIps: toggle(
    'do not serve spec.externalIPs, with which anybody who may create Services can draw traffic to themselves (CVE-2020-8554)',
  ),
  syncPeriod: duration(
    'how often it is checked that what was written is still there; a change that waits for twice as long makes /healthz fail',
    '30s',
    1_000,
    '1s',
  ),
  minSyncPeriod: duration(
    'the least time from one write to the next; a change after a quiet time is written at once',
    '100ms',
    0,
    '0ms',
  ),
  workers: integer('userspace: how many processes share the connections', 1, 1, 64),
  drainTimeout: duration(
    'userspace: how long connections may last after SIGTERM or after their Service is gone',
    '30s',
    0,
    '0s',
  ),
  stateDir: words(
    'userspace: the folder by which a new process takes over from the old one',
    'a folder of this user in the temporary folder',
    'FOLDER',
  ),
  superseded: choice(
    ['end', 'wait'],
    'userspace: what a process does after another one has taken over: end; or wait for SIGTERM, for a pod whose kubelet would start it again, and end when the other one has gone',
    'end',
  ),
  kubeconfig: words('the kubeconfig file', 'KUBECONFIG, ~/.kube/config, else the service account', 'FILE'),
  context: words('the context of the kubeconfig', 'its current context', 'NAME'),
  logLevel: choice(['debug', 'info', 'warn', 'error'], 'the least important log lines shown', 'info'),
  logFormat: choice(['json', 'text'], 'json for machines, text for people', 'json'),
} as const

type Specs = typeof nodeProxySettings
type Value<Name extends keyof Specs> = Specs[Name] extends SettingSpec<infer T> ? T : never

const withoutDefault = [
  'nodeName',
  'bindAddress',
  'healthCheckAddresses',
  'ipFamilies',
  'serviceCidr',
  'clusterCidr',
  'detectLocal',
  'serviceProxyName',
  'stateDir',
  'kubeconfig',
  'context',
] as const
type Optional = (typeof withoutDefault)[number]

/** The settings of a node proxy, complete. Durations are in milliseconds. */
export type NodeProxyConfig = {
  readonly [Name in Exclude<keyof Specs, Optional>]: Value<Name>
} & { readonly [Name in Optional]?: Value<Name> }

const envPrefix = 'LB_CONTROLLER_NODE_PROXY_'

export const nodeProxyTable: SettingTable = {
  settings: new Map<string, SettingSpec<unknown>>(Object.entries(nodeProxySettings)),
  optional: new Set(withoutDefault),
  groups: new Set(),
  envPrefix,
  fileEnv: `${envPrefix}CONFIG`,
  command: 'node-proxy',
}
