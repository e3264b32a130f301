import { portableRow } from '../../src/model/annotation-row.ts'
import type { AnnotationTable } from '../../src/model/annotations.ts'
import { portable } from '../../src/model/portable.ts'
import { list } from '../../src/model/value-list.ts'
import { text } from '../../src/model/value-text.ts'
import { certificateName, labels } from './annotation-types.ts'

const shared = 'that of the check which all Services share'

/** Portable keys for which this cloud's controllers have none of their own. */
export const portableAnnotations = {
  tlsCertificate: portableRow(portable.tlsCertificate, {
    type: list(
      text({
        accepts: 'the name of an SSL certificate, or its path',
        pattern: certificateName,
        maxLength: 512,
      }),
    ),
    example: 'edge-certificate',
    default: 'no TLS',
    doc: 'SSL certificates by name. With one, the Service gets a proxy network load balancer that ends TLS, instead of one that passes packets on.',
  }),
  tlsPorts: portableRow(portable.tlsPorts, { default: 'all TCP ports, where there is a certificate' }),
  tlsPolicy: portableRow(portable.tlsPolicy, {
    default: 'the default of the cloud',
    example: 'modern',
    doc: 'The SSL policy, by name, of the ports on which TLS ends.',
  }),
  proxyProtocol: portableRow(portable.proxyProtocol, {
    default: 'off',
    doc: 'PROXY protocol version 1, from a proxy network load balancer; `v2` is not to be had here.',
  }),
  targetType: portableRow(portable.targetType, {
    default: 'instance',
    verdict: {
      is: 'refused',
      why: 'packets are passed on to nodes, which know the address of the load balancer; pods do not',
      harmless: ['instance'],
    },
  }),
  healthCheckProtocol: portableRow(portable.healthCheckProtocol, { default: 'HTTP' }),
  healthCheckPort: portableRow(portable.healthCheckPort, {
    default: '10256; the healthCheckNodePort with `externalTrafficPolicy: Local`',
  }),
  healthCheckPath: portableRow(portable.healthCheckPath, { default: '/healthz' }),
  healthCheckInterval: portableRow(portable.healthCheckInterval, {
    default: '8; 3 with `externalTrafficPolicy: Local`',
    doc: `Seconds from one check to the next. Any key of this kind gives the Service a health check of its own in place of ${shared}.`,
  }),
  healthCheckTimeout: portableRow(portable.healthCheckTimeout, { default: '1' }),
  healthyThreshold: portableRow(portable.healthCheckHealthyThreshold, { default: '1' }),
  unhealthyThreshold: portableRow(portable.healthCheckUnhealthyThreshold, {
    default: '3; 2 with `externalTrafficPolicy: Local`',
  }),
  idleTimeout: portableRow(portable.idleTimeout, {
    default: '600 for a passthrough load balancer, 30 for a proxy',
    doc: 'Seconds after which an idle connection is forgotten. A passthrough load balancer takes it only with `sessionAffinity: ClientIP`.',
  }),
  crossZone: portableRow(portable.crossZone, {
    default: 'true',
    example: 'false',
    doc: 'Whether a zone sends to nodes in other zones too. Only internal load balancers can keep traffic in its zone.',
  }),
  labels: portableRow(portable.tags, {
    type: labels,
    default: 'none',
    doc: 'Labels on forwarding rules and addresses. Nothing else of a load balancer can carry them here.',
  }),
  group: portableRow(portable.group, {
    default: 'an address of its own',
    doc: 'Services with the same group share one address; each has ports of its own on it.',
  }),
  targetNodeLabels: portableRow(portable.targetNodeLabels, { default: 'all nodes' }),
} satisfies AnnotationTable

/** Whether `true`, or a version that this cloud has. */
export const wantsHeader = (value: string | undefined): 'off' | 'v1' | 'v2' =>
  value === undefined || value === 'false' ? 'off' : value === 'v2' ? 'v2' : 'v1'
