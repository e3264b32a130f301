import * as v from 'valibot'
import { choice, integer, list, name, toggle, words, type SettingSpec } from './setting-types.ts'

const classFields = [
  'floatingNetworkId',
  'floatingSubnetId',
  'floatingSubnet',
  'floatingSubnetTags',
  'networkId',
  'subnetId',
  'memberSubnetId',
] as const

type Classes = Readonly<Record<string, Readonly<Partial<Record<(typeof classFields)[number], string>>>>>

const accepts = `a map of classes, each with ${classFields.join(', ')}; as a flag or variable, the same as JSON`
const text = v.optional(v.string())
const classMap = v.record(
  v.string(),
  v.strictObject({
    floatingNetworkId: text,
    floatingSubnetId: text,
    floatingSubnet: text,
    floatingSubnetTags: text,
    networkId: text,
    subnetId: text,
    memberSubnetId: text,
  }),
  accepts,
)

const classes: SettingSpec<Classes> = {
  schema: v.union(
    [classMap, v.pipe(v.string(), v.parseJson(undefined, accepts), classMap)],
    accepts,
  ) as v.GenericSchema<unknown, Classes>,
  accepts,
  doc: 'classes of load balancers, for the annotation loadbalancer.openstack.org/class',
  default: 'none',
  absent: {},
  argument: 'JSON',
}

const id = (doc: string, fallback: string): SettingSpec<string> => words(doc, fallback, 'ID')
const timeout = (doc: string, fallback: number): SettingSpec<number> =>
  integer(`${doc}, in milliseconds`, fallback, 0, 31_536_000_000)

/** The settings of `providers/openstack/config.ts`, which knows what their values must look like. */
export const openstackSettings = {
  clusterName: name('the name of this cluster in names and tags', "the cluster's name"),
  lbProvider: choice(
    ['amphora', 'octavia', 'amphorav2', 'ovn', 'f5'],
    'the driver of Octavia that makes load balancers',
    'amphora',
  ),
  octaviaVersion: words("the version of Octavia's API, where nobody asked it", '2.16', 'VERSION'),
  classes,
  lbMethod: choice(
    ['ROUND_ROBIN', 'LEAST_CONNECTIONS', 'SOURCE_IP', 'SOURCE_IP_PORT'],
    'how a member is chosen; on OVN only SOURCE_IP_PORT',
    'ROUND_ROBIN',
  ),
  internalLb: toggle('make internal load balancers only, whatever a Service says'),
  floatingNetworkId: id('the external network of floating IPs', 'the only external network'),
  floatingSubnetId: id('its subnet that floating IPs are taken from', 'any'),
  floatingSubnet: words('the same by name, glob, or ~regular expression', 'any', 'PATTERN'),
  floatingSubnetTags: words('the same by tags', 'any', 'TAGS'),
  networkId: id('the network that load balancers stand in', 'that of the nodes'),
  subnetId: id('the subnet that load balancers stand in', 'that of the nodes'),
  memberSubnetId: id('the subnet that members are reached in', 'that of the load balancer'),
  createMonitor: toggle('check the health of members where a Service does not say'),
  monitorDelay: integer('seconds from one health check to the next', 5, 1, 3600),
  monitorTimeout: integer('seconds after which a health check has failed', 3, 1, 3600),
  monitorMaxRetries: integer('good health checks in a row that bring a member in', 1, 1, 10),
  monitorMaxRetriesDown: integer('failed health checks in a row that take a member out', 3, 1, 10),
  timeoutClientData: timeout('how long a client may be silent', 50_000),
  timeoutMemberConnect: timeout('how long a connection to a member may take', 5000),
  timeoutMemberData: timeout('how long a member may be silent', 50_000),
  timeoutTcpInspect: timeout('how long is waited for more to look into', 0),
  manageSecurityGroups: toggle('let the load balancers reach the nodes by rules in security groups'),
  nodeSecurityGroups: list(
    'groups that all nodes are in: rules go there instead of into a group for each Service',
    'none',
    'IDS',
  ),
  enableIngressHostname: toggle('publish a host name instead of an address with PROXY protocol'),
  ingressHostnameSuffix: words('what follows the address in that name', 'nip.io', 'DOMAIN'),
  maxSharedLb: integer('how many Services may share a load balancer', 2, 1, 1000),
  containerStore: choice(
    ['barbican', 'external'],
    'who keeps certificates; references to an external store are not checked',
    'barbican',
  ),
  serialApiCalls: toggle('name members as for drivers that take one call at a time'),
} as const
