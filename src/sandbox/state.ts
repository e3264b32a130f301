import type { ClusterState } from '../../localstack/kubernetes/state.ts'
import type { PodObject } from '../../localstack/kubernetes/workload-objects.ts'
import { readyType } from '../controller/conditions.ts'
import type { NodeObject, ServiceObject } from '../model/objects.ts'
import type { Place } from './net/translation.ts'
import type { NodeState, SandboxFacts, SandboxState, ServiceState } from './facts.ts'

/** Where a TCP port of a load balancer really is; undefined: nowhere yet. */
type PlaceOf = (host: string, port: number) => Place | undefined

/** What `status` says. */
export function stateOf(
  facts: SandboxFacts,
  cluster: ClusterState,
  wrong: Pick<SandboxState, 'lacks' | 'broken'>,
  placeOf: PlaceOf,
): SandboxState {
  const pods = cluster.list('pods').items as readonly PodObject[]
  return {
    ...facts,
    nodes: cluster.list('nodes').items.map((node) => nodeState(node)),
    pods: { running: pods.filter(({ status }) => status?.phase === 'Running').length, all: pods.length },
    services: cluster
      .list('services')
      .items.filter(({ spec }) => spec?.type === 'LoadBalancer')
      .map((service) => serviceState(service, placeOf)),
    ...wrong,
  }
}

function nodeState({ metadata, spec, status }: NodeObject): NodeState {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
  return {
    name: metadata.name,
    address: status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '',
    podRange: (spec as { podCIDR?: string } | undefined)?.podCIDR ?? '',
    status: [
      ready ? 'Ready' : 'NotReady',
      ...(spec?.unschedulable === true ? ['SchedulingDisabled'] : []),
    ].join(),
  }
}

/** Those of which its balancer says that nobody can come in. */
export const unservedPorts = (status: ServiceObject['status']): readonly number[] =>
  (status?.loadBalancer?.ingress ?? []).flatMap(({ ports = [] }) =>
    ports.flatMap(({ port, error }) => (error === undefined ? [] : [port])),
  )

function serviceState({ metadata, spec, status }: ServiceObject, placeOf: PlaceOf): ServiceState {
  const condition = status?.conditions?.find(({ type }) => type === readyType)
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '')
  const reached = (status?.loadBalancer?.ingress ?? []).flatMap(({ hostname }) =>
    (spec?.ports ?? []).flatMap(({ port, protocol = 'TCP' }) => {
      const at = hostname === undefined || protocol !== 'TCP' ? undefined : placeOf(hostname, port)
      return hostname === undefined || at === undefined ? [] : [{ name: hostname, port, at }]
    }),
  )
  const ready = addresses.length > 0 && condition?.status !== 'False' && unservedPorts(status).length === 0
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    addresses,
    ports: (spec?.ports ?? []).map(({ port, protocol = 'TCP' }) => `${port}/${protocol}`),
    ready,
    ...(reached.length === 0 ? {} : { reached }),
    ...(ready || condition === undefined ? {} : { message: `${condition.reason}: ${condition.message}` }),
  }
}
