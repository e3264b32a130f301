import type { EndpointSliceObject, ServiceObject, ServiceSpec } from '../../../src/model/objects.ts'
import { clusterAddresses, keyOf, type Names } from '../../../src/sandbox/dns/names.ts'

const service = (name: string, spec: ServiceSpec, namespace = 'default'): ServiceObject => ({
  metadata: { name, namespace },
  spec,
})

const slice = (
  name: string,
  endpoints: NonNullable<EndpointSliceObject['endpoints']>,
  ports: EndpointSliceObject['ports'] = [{ name: 'http', port: 8080, protocol: 'TCP' }],
): EndpointSliceObject => ({
  metadata: { name: `${name}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints,
  ports,
})

const ports = [
  { name: 'http', port: 80, protocol: 'TCP' },
  { name: 'dns', port: 53, protocol: 'UDP' },
]
const services = [
  service('web', { clusterIP: '127.16.192.5', ports }),
  service('plain', { clusterIP: '127.16.192.6', ports: [{ port: 80 }] }),
  service('dual', {
    clusterIP: '127.16.192.7',
    clusterIPs: ['127.16.192.7', 'fd00::7'],
    ports: [{ port: 80 }],
  }),
  service('db', { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] }),
  service('eager', {
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    ports: [{ name: 'http', port: 80 }],
  }),
  service('empty', { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] }),
  service('away', { type: 'ExternalName', externalName: 'example.com' }),
  service('alias', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local.' }),
  service('circle', { type: 'ExternalName', externalName: 'circle.default.svc.cluster.local' }),
  service('lost', { type: 'ExternalName', externalName: 'gone.default.svc.cluster.local' }),
  service('balanced', { type: 'ExternalName', externalName: 'LB.example.amazonaws.com' }),
  service('crowd', { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] }),
]
const ready = { ready: true }
const slices = [
  slice('web', [{ addresses: ['127.16.4.2'], conditions: ready }]),
  slice('db', [
    { addresses: ['127.16.4.3'], conditions: ready, hostname: 'db-0' },
    { addresses: ['127.16.8.3'], conditions: ready },
    { addresses: ['127.16.8.4'], conditions: { ready: false } },
  ]),
  slice('db', [{ addresses: ['127.16.4.3'], hostname: 'db-0' }]),
  { ...slice('db', [{ addresses: ['db.example.com'], conditions: ready }]), addressType: 'FQDN' },
  slice('eager', [{ addresses: ['127.16.8.5'], conditions: { ready: false } }]),
  slice('empty', [{ addresses: ['127.16.8.6'], conditions: { ready: false } }]),
  slice(
    'crowd',
    // Where nothing is said, it is ready.
    Array.from({ length: 40 }, (_, at) => ({ addresses: [`127.16.12.${at + 1}`] })),
  ),
]

/** A small cluster with one of each. */
export const names: Names = {
  service: (key) => services.find((one) => keyOf(one) === key),
  slicesOf: (key) =>
    slices.filter(({ metadata }) => `default/${metadata.labels?.['kubernetes.io/service-name']}` === key),
  hasNamespace: (name) => name === 'default' || name === 'kube-system',
  servicesAt: (address) => services.filter((one) => clusterAddresses(one).includes(address)),
  outside: (name) => (name === 'lb.example.amazonaws.com' ? ['127.16.240.3'] : undefined),
}
