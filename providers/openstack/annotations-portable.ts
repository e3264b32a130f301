import { parseAddress } from '../../src/lib/ip.ts'
import { fail, ok } from '../../src/lib/result.ts'
import { portableRow } from '../../src/model/annotation-row.ts'
import type { AnnotationTable, ValueType } from '../../src/model/annotations.ts'
import { portable } from '../../src/model/portable.ts'
import { choice } from '../../src/model/value-choice.ts'
import { map } from '../../src/model/value-map.ts'
import { single } from '../../src/model/value-single.ts'

const address: ValueType<string> = {
  name: 'address',
  accepts: 'one IP address; addresses of OpenStack have no names',
  parse(text) {
    const parsed = parseAddress(text.trim())
    return parsed.ok ? ok(parsed.value.text) : fail({ ...parsed.error, code: 'LB_ANNOTATION_CIDR' })
  },
}

/** Tags that objects are found by; a Service must not forge them. */
const reserved = ['lb-controller.io/', 'kube_service_']

const tags = map({
  accepts: 'key=value pairs between commas, 255 characters at most each',
  maxPairs: 20,
  check(key, value) {
    const owner = reserved.find((start) => key.startsWith(start))
    if (owner !== undefined) return `tags that begin with "${owner}" are not for a Service to set`
    if (key.length + value.length > 254) return `the tag ${JSON.stringify(key)} is longer than 255 characters`
    return /[,=/]/.test(key) || value.includes(',')
      ? `tag ${JSON.stringify(key)} holds a comma, "=" or "/", which Neutron does not allow`
      : undefined
  },
})

const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const

/** All versions from this one on, as Octavia lists them. */
export const versionsFrom = (least: string): readonly string[] =>
  tlsVersions.slice(tlsVersions.findIndex((version) => version === least))

/** Portable keys for which cloud-provider-openstack has none of its own. */
export const portableRows = {
  tlsPorts: portableRow(portable.tlsPorts, {
    default: 'all TCP ports, when there is a certificate',
    doc: 'The TCP ports on which TLS ends.',
  }),
  tlsPolicy: portableRow(portable.tlsPolicy, {
    type: choice(tlsVersions),
    default: 'what Octavia has',
    doc: 'The least version of TLS; Octavia has no policies with names. Needs API 2.17.',
    example: 'TLSv1.2',
  }),
  address: portableRow(portable.address, {
    type: single(address, 'a load balancer has one address here'),
    default: 'chosen by OpenStack',
    doc: 'The address: of the floating IP, or of an internal load balancer itself.',
  }),
  healthCheckProtocol: portableRow(portable.healthCheckProtocol, {
    default: 'TCP; HTTP with `externalTrafficPolicy: Local`',
    doc: 'What a health check speaks. Naming it turns health checks on.',
  }),
  healthCheckPort: portableRow(portable.healthCheckPort, {
    default: 'the NodePort; the healthCheckNodePort with `externalTrafficPolicy: Local`',
    doc: 'The port of each node that a health check asks. Naming it turns health checks on.',
  }),
  healthCheckPath: portableRow(portable.healthCheckPath, {
    default: '/healthz with `externalTrafficPolicy: Local`, else /',
    doc: 'What an HTTP or HTTPS health check asks for.',
  }),
  idleTimeout: portableRow(portable.idleTimeout, {
    default: 'the timeouts of clients and members',
    doc: 'Seconds that clients and nodes may be silent, where their own keys say nothing.',
  }),
  tags: portableRow(portable.tags, {
    type: tags,
    default: 'no more than our own',
    doc: 'Tags on everything that is made for the Service.',
  }),
  group: portableRow(portable.group, {
    default: 'a load balancer of its own',
    doc: 'Services with the same group share one load balancer, internal ones apart from the others. The setting maxSharedLb bounds how many.',
  }),
  targetType: portableRow(portable.targetType, {
    default: 'instance',
    doc: 'What the load balancer sends to.',
    verdict: {
      is: 'refused',
      why: 'pods are not in a network that Octavia reaches; nodes and their NodePorts are the members',
      harmless: ['instance'],
    },
  }),
  crossZone: portableRow(portable.crossZone, {
    default: 'true',
    doc: 'Whether a zone sends to members in other zones.',
    verdict: {
      is: 'ignored',
      why: 'load balancers of Octavia send to members in all zones',
      harmless: ['true'],
    },
  }),
} satisfies AnnotationTable
