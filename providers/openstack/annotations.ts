import { fail, ok } from '../../src/lib/result.ts'
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
import { id, prefix, row, word } from './annotation-row.ts'
import { hostname, nodeSelector, proxyProtocol, proxyProtocolOf } from './annotation-types.ts'
import { monitorRows } from './annotations-monitor.ts'
import { placeRows } from './annotations-place.ts'
import { portableRows } from './annotations-portable.ts'

const reference = word('a reference to a container or secret of Barbican, as its API names it')
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
  ...placeRows,
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
  ...monitorRows,
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
