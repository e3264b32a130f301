import type { ClusterState } from '../../localstack/kubernetes/state.ts'
import type { CloudNodeOf } from './cloud.ts'
import type { Layout } from './layout.ts'

export const apiPort = 6443

/** The node proxies leave a Service with this label to whoever it names: the DNS server listens there by itself. */
const servedByItself = { 'service.kubernetes.io/service-proxy-name': 'lb-controller-sandbox-dns' }

/** What a cluster has before anybody asks: nodes, and the Services of its API server and of its DNS server. */
export function seed(
  state: ClusterState,
  layout: Layout,
  api: { address: string; port: number },
  cloudNode: CloudNodeOf,
): void {
  for (const node of layout.nodes) {
    const { name, address, podRange } = node
    state.addNode({
      name,
      address,
      externalAddress: address,
      podCIDRs: [podRange],
      ...cloudNode(node),
    })
  }

  const ofApi = { component: 'apiserver', provider: 'kubernetes' }
  state.create('services', {
    metadata: { name: 'kubernetes', namespace: 'default', labels: ofApi },
    spec: {
      type: 'ClusterIP',
      clusterIP: layout.apiAddress,
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: api.port }],
    },
  })
  state.create('endpointslices', {
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [api.address], conditions: { ready: true } }],
    ports: [{ name: 'https', protocol: 'TCP', port: api.port }],
  })
  state.create('services', {
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-dns', ...servedByItself },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: layout.dnsAddress,
      ports: [
        { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 },
        { name: 'dns-tcp', protocol: 'TCP', port: 53, targetPort: 53 },
      ],
    },
  })
}
