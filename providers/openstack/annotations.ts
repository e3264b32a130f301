import { fail, ok } from '../../src/lib/result.ts'
import { row as anyRow } from '../../src/model/annotation-row.ts'
import {
  type AnnotationSpec,
  type AnnotationTable,
  type AnySettings,
  type Settings,
  settingsOf,
  type ValueType,
} from '../../src/model/annotations.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { sharedAnnotations } from '../../src/model/shared-annotations.ts'
import { boolean } from '../../src/model/value-boolean.ts'
import { choice } from '../../src/model/value-choice.ts'
import { integer } from '../../src/model/value-integer.ts'
import { list } from '../../src/model/value-list.ts'
import { text } from '../../src/model/value-text.ts'
import {
  hostname,
  nodeSelector,
  proxyProtocol,
  proxyProtocolOf,
  subnetPattern,
  subnetTags,
} from './annotation-types.ts'
import { portableRows } from './annotations-portable.ts'

const prefix = 'loadbalancer.openstack.org/'

/** A key of cloud-provider-openstack. */
const row = <T>({ key, ...rest }: Omit<AnnotationSpec<T>, 'verdict'>): AnnotationSpec<T> =>
  anyRow({ key: `${prefix}${key}`, ...rest })

const word = (accepts: string, maxLength = 255) => text({ accepts, pattern: /^\S+$/, maxLength })
const id = (what: string) => word(`the id of ${what}`)
const reference = word('a reference to a container or secret of Barbican, as its API names it')
const seconds = integer({ min: 1, max: 3600, unit: 'seconds' })
const times = integer({ min: 1, max: 10, unit: 'checks in a row' })
const milliseconds = integer({ min: 0, max: 31_536_000_000, unit: 'milliseconds' })
const left = 'the setting of the same name, else what Octavia has'

const timeout = (what: string, key: string, fallback: string): AnnotationSpec<number> =>
  row({
    key: `timeout-${key}`,
    type: milliseconds,
    default: `${left}: ${fallback}`,
    example: '60000',
    doc: `Milliseconds ${what}. Not on OVN.`,
  })

/** The keys that this provider honours. `desired` reads them by these names. */
export const implemented = {
  internal: anyRow({
    key: 'service.beta.kubernetes.io/openstack-internal-load-balancer',
    type: boolean,
    portable: takes(portable.internal, ok),
    default: 'the setting internalLb: false',
    example: 'true',
    doc: 'Whether the load balancer has no floating IP. The setting `internalLb: true` outranks it.',
  }),
  class: row({
    key: 'class',
    type: word('the name of a class in the settings'),
    default: 'none',
    example: 'edge',
    doc: 'The class in the settings that says where the load balancer stands.',
  }),
  floatingNetworkId: row({
    key: 'floating-network-id',
    type: id('an external network'),
    default: 'the setting of the same name, else the only external network',
    example: '0a1b2c3d-0000-4000-8000-000000000001',
    doc: 'The external network of the floating IP. That of a class outranks it.',
  }),
  floatingSubnetId: row({
    key: 'floating-subnet-id',
    type: id('a subnet of the external network'),
    default: 'the setting of the same name, else any',
    example: '0a1b2c3d-0000-4000-8000-000000000002',
    doc: 'The subnet that the floating IP is taken from. What a class says of subnets outranks it.',
  }),
  floatingSubnet: row({
    key: 'floating-subnet',
    type: subnetPattern,
    default: 'the setting of the same name, else any',
    example: '~public-[0-9]+',
    doc: 'The same by the name of the subnet; of several that match, the first with a free address.',
  }),
  floatingSubnetTags: row({
    key: 'floating-subnet-tags',
    type: subnetTags,
    default: 'the setting of the same name, else any',
    example: '&public,metered',
    doc: 'The same by the tags of the subnet; together with a name, both have to fit.',
  }),
  subnetId: row({
    key: 'subnet-id',
    type: id('a subnet'),
    portable: takes(portable.subnets, (names) => {
      const [only, another] = names
      return only !== undefined && another === undefined
        ? ok(only)
        : fail({
            code: 'LB_ANNOTATION_LIST',
            message: 'a load balancer stands in one subnet',
            accepted: 'one subnet',
          })
    }),
    default: 'that of the class, else the setting of the same name, else that of the nodes',
    example: '0a1b2c3d-0000-4000-8000-000000000003',
    doc: 'The subnet that the load balancer has its address in.',
  }),
  networkId: row({
    key: 'network-id',
    type: id('a network'),
    default: 'that of the class, else the setting of the same name',
    example: '0a1b2c3d-0000-4000-8000-000000000004',
    doc: 'The network that the load balancer has its address in, where the subnet does not matter.',
  }),
  memberSubnetId: row({
    key: 'member-subnet-id',
    type: id('a subnet'),
    default: 'that of the class, else the setting of the same name, else the subnet of the load balancer',
    example: '0a1b2c3d-0000-4000-8000-000000000005',
    doc: 'The subnet that the nodes are reached in.',
  }),
  portId: row({
    key: 'port-id',
    type: id('a port of Neutron'),
    default: 'Octavia makes one',
    example: '0a1b2c3d-0000-4000-8000-000000000006',
    doc: 'A port that is there already, as the address of the load balancer.',
  }),
  keepFloatingIp: row({
    key: 'keep-floatingip',
    type: boolean,
    default: 'false; true for an address that the Service names',
    example: 'true',
    doc: 'Whether the floating IP stays when the Service goes.',
  }),
  loadBalancerId: row({
    key: 'load-balancer-id',
    type: id('a load balancer'),
    default: 'one of its own',
    example: '0a1b2c3d-0000-4000-8000-000000000007',
    doc: 'A load balancer that is there already: the ports of the Service are put on it, and it is never deleted.',
  }),
  lbMethod: row({
    key: 'lb-method',
    type: choice(['ROUND_ROBIN', 'LEAST_CONNECTIONS', 'SOURCE_IP', 'SOURCE_IP_PORT']),
    default: 'the setting of the same name: ROUND_ROBIN, on OVN SOURCE_IP_PORT',
    example: 'LEAST_CONNECTIONS',
    doc: 'How a member is chosen.',
  }),
  proxyProtocol: row({
    key: 'proxy-protocol',
    type: proxyProtocol,
    portable: takes(portable.proxyProtocol, (version) => ok(proxyProtocolOf(version))),
    default: 'false',
    example: 'v2',
    doc: 'Pods learn the client from a PROXY protocol header, on TCP ports. The status then says `ipMode: Proxy`.',
  }),
  forwardedFor: row({
    key: 'x-forwarded-for',
    type: boolean,
    default: 'false',
    example: 'true',
    doc: 'TCP ports are read as HTTP, and pods learn the client from the header X-Forwarded-For.',
  }),
  certificates: row<readonly string[]>({
    key: 'default-tls-container-ref',
    type: listOf(reference),
    portable: takes(portable.tlsCertificate, ok),
    default: 'no TLS',
    example: 'https://barbican.example/v1/containers/0a1b2c3d-0000-4000-8000-000000000008',
    doc: 'TLS ends at the load balancer on TCP ports, with this certificate. Further ones are chosen by server name.',
  }),
  connectionLimit: row({
    key: 'connection-limit',
    type: integer({ min: -1, max: 2_147_483_647, unit: 'connections' }),
    default: '-1: none',
    example: '1000',
    doc: 'The most connections on each port at once; -1 is no limit.',
  }),
  timeoutClientData: timeout('that a client may be silent', 'client-data', '50000'),
  timeoutMemberConnect: timeout('that a connection to a node may take', 'member-connect', '5000'),
  timeoutMemberData: timeout('that a node may be silent', 'member-data', '50000'),
  timeoutTcpInspect: timeout('to wait for more to look into', 'tcp-inspect', '0'),
  flavorId: row({
    key: 'flavor-id',
    type: id('a flavor of Octavia'),
    default: "the provider's own",
    example: '0a1b2c3d-0000-4000-8000-000000000009',
    doc: 'The flavor of the load balancer. It counts at creation only.',
  }),
  availabilityZone: row({
    key: 'availability-zone',
    type: word('the name of an availability zone of Octavia'),
    default: "the provider's own",
    example: 'nova-1',
    doc: 'The zone of the load balancer. It counts at creation only.',
  }),
  enableMonitor: row({
    key: 'enable-health-monitor',
    type: boolean,
    default: 'the setting createMonitor: false; always with `externalTrafficPolicy: Local`',
    example: 'true',
    doc: 'Whether the health of the nodes is checked.',
  }),
  monitorDelay: row({
    key: 'health-monitor-delay',
    type: seconds,
    portable: takes(portable.healthCheckInterval, ok),
    default: 'the setting monitorDelay: 5',
    example: '10',
    doc: 'Seconds from one health check to the next.',
  }),
  monitorTimeout: row({
    key: 'health-monitor-timeout',
    type: seconds,
    portable: takes(portable.healthCheckTimeout, ok),
    default: 'the setting monitorTimeout: 3',
    example: '4',
    doc: 'Seconds after which a health check has failed.',
  }),
  monitorMaxRetries: row({
    key: 'health-monitor-max-retries',
    type: times,
    portable: takes(portable.healthCheckHealthyThreshold, ok),
    default: 'the setting monitorMaxRetries: 1',
    example: '2',
    doc: 'Good health checks in a row that bring a node in.',
  }),
  monitorMaxRetriesDown: row({
    key: 'health-monitor-max-retries-down',
    type: times,
    portable: takes(portable.healthCheckUnhealthyThreshold, ok),
    default: 'the setting monitorMaxRetriesDown: 3',
    example: '2',
    doc: 'Failed health checks in a row that take a node out.',
  }),
  nodeSelector: row({
    key: 'node-selector',
    type: nodeSelector,
    portable: takes(portable.targetNodeLabels, ok),
    default: 'all eligible nodes',
    example: 'pool=edge,gpu',
    doc: 'Only nodes with these labels are members; a key alone has to be there.',
  }),
  hostname: row({
    key: 'hostname',
    type: hostname,
    default: 'none: the status says the address',
    example: 'shop.example.com',
    doc: 'The status says this host name instead of the address.',
  }),
  ...portableRows,
} satisfies AnnotationTable

/** One reference by the cloud's own key. A list of one item reads the same. */
function listOf(item: ValueType<string>): ValueType<readonly string[]> {
  const many = list(item)
  return {
    name: item.name,
    accepts: item.accepts,
    parse(raw) {
      const read = many.parse(raw)
      if (!read.ok || read.value.length === 1) return read
      return fail({
        code: 'LB_ANNOTATION_LIST',
        message: `${read.value.length} references are given, and this key takes one`,
        hint: `${portable.tlsCertificate.key} takes several`,
      })
    },
  }
}

/** Written by cloud-provider-openstack for itself. */
const bookkeeping: AnnotationSpec<string> = {
  key: `${prefix}load-balancer-address`,
  type: text({ accepts: 'an address' }),
  verdict: {
    is: 'ignored',
    why: 'cloud-provider-openstack writes it as its own note; the address is chosen by spec.loadBalancerIP',
  },
  doc: 'The address that cloud-provider-openstack noted.',
  default: 'as if it were not there',
  example: '203.0.113.10',
}

/** Every key of cloud-provider-openstack and every portable one. */
export const openstackAnnotations: AnnotationTable = {
  ...implemented,
  ...sharedAnnotations,
  loadBalancerAddress: bookkeeping,
}

export type OpenStackSettings = Settings<typeof implemented>

export const openstackSettings = (lb: { readonly settings: AnySettings }): OpenStackSettings =>
  settingsOf(implemented, lb)
