import { endpoints, secret } from './config-schemas.ts'
import { conditions, kind, reference } from './meta-schemas.ts'
import type { ResourceName } from './object.ts'
import { podSpec } from './pod-schema.ts'
import {
  always,
  anything,
  atomic,
  bytes,
  flag,
  int32,
  intOrString,
  kept,
  listOf,
  mapOf,
  struct,
  text,
  time,
  type Struct,
} from './schema.ts'
import { deployment, replicaSet } from './workload-schemas.ts'

const texts = listOf(text)

const servicePort = struct('ServicePort', {
  name: text,
  protocol: text,
  appProtocol: text,
  port: kept(int32),
  targetPort: intOrString,
  nodePort: int32,
})

const ingress = struct('LoadBalancerIngress', {
  ip: text,
  hostname: text,
  ipMode: text,
  ports: listOf(struct('PortStatus', { port: int32, protocol: text, error: text })),
})

const service = kind('Service', {
  spec: always(
    struct('ServiceSpec', {
      ports: listOf(servicePort, { mergeKey: 'port', keys: ['port', 'protocol'] }),
      selector: atomic(mapOf(text)),
      clusterIP: text,
      clusterIPs: texts,
      type: text,
      externalIPs: texts,
      sessionAffinity: text,
      loadBalancerIP: text,
      loadBalancerSourceRanges: texts,
      externalName: text,
      externalTrafficPolicy: text,
      healthCheckNodePort: int32,
      publishNotReadyAddresses: flag,
      sessionAffinityConfig: struct('SessionAffinityConfig', {
        clientIP: struct('ClientIPConfig', { timeoutSeconds: kept(int32) }),
      }),
      ipFamilies: texts,
      ipFamilyPolicy: text,
      allocateLoadBalancerNodePorts: kept(flag),
      loadBalancerClass: kept(text),
      internalTrafficPolicy: text,
      trafficDistribution: text,
    }),
  ),
  status: always(
    struct('ServiceStatus', {
      loadBalancer: always(struct('LoadBalancerStatus', { ingress: listOf(ingress) })),
      conditions,
    }),
  ),
})

const node = kind('Node', {
  spec: always(
    struct('NodeSpec', {
      podCIDR: text,
      podCIDRs: listOf(text, { set: true }),
      providerID: text,
      unschedulable: flag,
      taints: listOf(struct('Taint', { key: text, value: text, effect: text, timeAdded: time })),
      configSource: anything,
      externalID: text,
    }),
  ),
  status: always(
    struct(
      'NodeStatus',
      {
        conditions,
        addresses: listOf(struct('NodeAddress', { type: text, address: text }), { mergeKey: 'type' }),
      },
      true,
    ),
  ),
})

const event = kind('Event', {
  involvedObject: always(reference),
  reason: text,
  message: text,
  source: always(struct('EventSource', { component: text, host: text })),
  firstTimestamp: time,
  lastTimestamp: time,
  count: int32,
  type: text,
  eventTime: time,
  series: struct('EventSeries', { count: int32, lastObservedTime: time }),
  action: text,
  related: reference,
  reportingComponent: kept(text),
  reportingInstance: kept(text),
})

const lease = kind('Lease', {
  spec: always(
    struct('LeaseSpec', {
      holderIdentity: kept(text),
      leaseDurationSeconds: kept(int32),
      acquireTime: time,
      renewTime: time,
      leaseTransitions: kept(int32),
      strategy: kept(text),
      preferredHolder: kept(text),
    }),
  ),
})

const namespace = kind('Namespace', {
  spec: always(struct('NamespaceSpec', { finalizers: texts })),
  status: always(struct('NamespaceStatus', { phase: text, conditions })),
})

export const schemas: { readonly [R in ResourceName]: Struct } = {
  services: service,
  nodes: node,
  events: event,
  leases: lease,
  namespaces: namespace,
  endpointslices: kind('EndpointSlice', {
    addressType: text,
    endpoints: listOf(anything),
    ports: listOf(anything),
  }),
  pods: kind('Pod', {
    spec: podSpec,
    status: always(struct('PodStatus', { conditions }, true)),
  }),
  servicecidrs: kind('ServiceCIDR', {
    spec: always(struct('ServiceCIDRSpec', { cidrs: texts })),
    status: always(struct('ServiceCIDRStatus', { conditions })),
  }),
  configmaps: kind('ConfigMap', { data: mapOf(text), binaryData: mapOf(bytes), immutable: kept(flag) }),
  deployments: deployment,
  replicasets: replicaSet,
  endpoints,
  secrets: secret,
}
