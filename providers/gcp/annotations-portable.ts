import type {
  AnnotationSpec,
  AnnotationTable,
  PortableKey,
  ValueType,
  Verdict,
} from '../../src/model/annotations.ts'
import { portable } from '../../src/model/portable.ts'
import { list } from '../../src/model/value-list.ts'
import { text } from '../../src/model/value-text.ts'
import { certificateName, labels } from './annotation-types.ts'

const implemented: Verdict = { is: 'implemented' }

interface Said<T> {
  readonly doc?: string
  readonly fallback: string
  readonly verdict?: Verdict
  readonly example?: string
  readonly type?: ValueType<T>
}

const row = <T>(of: PortableKey<T>, said: Said<T>): AnnotationSpec<T> => ({
  key: of.key,
  type: said.type ?? of.type,
  verdict: said.verdict ?? implemented,
  doc: said.doc ?? of.doc,
  default: said.fallback,
  example: said.example ?? of.example,
})

const shared = 'that of the check which all Services share'

/** Portable keys for which this cloud's controllers have none of their own. */
export const portableAnnotations = {
  tlsCertificate: row(portable.tlsCertificate, {
    type: list(
      text({
        accepts: 'the name of an SSL certificate, or its path',
        pattern: certificateName,
        maxLength: 512,
      }),
    ),
    example: 'edge-certificate',
    fallback: 'no TLS',
    doc: 'SSL certificates by name. With one, the Service gets a proxy network load balancer that ends TLS, instead of one that passes packets on.',
  }),
  tlsPorts: row(portable.tlsPorts, { fallback: 'all TCP ports, where there is a certificate' }),
  tlsPolicy: row(portable.tlsPolicy, {
    fallback: 'the default of the cloud',
    example: 'modern',
    doc: 'The SSL policy, by name, of the ports on which TLS ends.',
  }),
  proxyProtocol: row(portable.proxyProtocol, {
    fallback: 'off',
    doc: 'PROXY protocol version 1, from a proxy network load balancer; `v2` is not to be had here.',
  }),
  targetType: row(portable.targetType, {
    fallback: 'instance',
    verdict: {
      is: 'refused',
      why: 'packets are passed on to nodes, which know the address of the load balancer; pods do not',
      harmless: ['instance'],
    },
  }),
  healthCheckProtocol: row(portable.healthCheckProtocol, { fallback: 'HTTP' }),
  healthCheckPort: row(portable.healthCheckPort, {
    fallback: '10256; the healthCheckNodePort with `externalTrafficPolicy: Local`',
  }),
  healthCheckPath: row(portable.healthCheckPath, { fallback: '/healthz' }),
  healthCheckInterval: row(portable.healthCheckInterval, {
    fallback: '8; 3 with `externalTrafficPolicy: Local`',
    doc: `Seconds from one check to the next. Any key of this kind gives the Service a health check of its own in place of ${shared}.`,
  }),
  healthCheckTimeout: row(portable.healthCheckTimeout, { fallback: '1' }),
  healthyThreshold: row(portable.healthCheckHealthyThreshold, { fallback: '1' }),
  unhealthyThreshold: row(portable.healthCheckUnhealthyThreshold, {
    fallback: '3; 2 with `externalTrafficPolicy: Local`',
  }),
  idleTimeout: row(portable.idleTimeout, {
    fallback: '600 for a passthrough load balancer, 30 for a proxy',
    doc: 'Seconds after which an idle connection is forgotten. A passthrough load balancer takes it only with `sessionAffinity: ClientIP`.',
  }),
  crossZone: row(portable.crossZone, {
    fallback: 'true',
    example: 'false',
    doc: 'Whether a zone sends to nodes in other zones too. Only internal load balancers can keep traffic in its zone.',
  }),
  labels: row(portable.tags, {
    type: labels,
    fallback: 'none',
    doc: 'Labels on forwarding rules and addresses. Nothing else of a load balancer can carry them here.',
  }),
  group: row(portable.group, {
    fallback: 'an address of its own',
    doc: 'Services with the same group share one address; each has ports of its own on it.',
  }),
  targetNodeLabels: row(portable.targetNodeLabels, { fallback: 'all nodes' }),
} satisfies AnnotationTable

/** Whether `true`, or a version that this cloud has. */
export const wantsHeader = (value: string | undefined): 'off' | 'v1' | 'v2' =>
  value === undefined || value === 'false' ? 'off' : value === 'v2' ? 'v2' : 'v1'
