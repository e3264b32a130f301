import { stableText } from '../../../src/lib/json.ts'
import type { EndpointSliceObject, ServiceObject } from '../../../src/model/objects.ts'
import { hash } from '../../../src/lib/hash.ts'
import { isEnding, isReady } from '../apps/pod-state.ts'
import type { EndpointAddress, EndpointsObject, EndpointSubset, PodObject } from '../workload-objects.ts'
import { controlledBy } from './owners.ts'
import { managedBy, podsOf, serviceName, targetPortOf } from './slices.ts'

export const mirrorManager = 'endpointslicemirroring-controller.k8s.io'

/** The Endpoints of a Service: its first address family only, and no pod that is ending, unless all are published. */
export function subsetsOf(service: ServiceObject, pods: readonly PodObject[]): readonly EndpointSubset[] {
  const { ports = [], ipFamilies = ['IPv4'], publishNotReadyAddresses = false } = service.spec ?? {}
  const isV6 = ipFamilies[0] === 'IPv6'
  const found = podsOf(service, pods).flatMap((pod) => {
    const ip = pod.status?.podIPs?.find((one) => one.ip.includes(':') === isV6)?.ip
    if (ip === undefined || (isEnding(pod) && !publishNotReadyAddresses)) return []
    const numbers = ports.flatMap(({ name, protocol = 'TCP', ...port }) => {
      const target = targetPortOf({ ...port, protocol }, pod)
      return target === null ? [] : [{ ...(name === undefined ? {} : { name }), port: target, protocol }]
    })
    const { name, namespace = '', uid = '' } = pod.metadata
    const { nodeName } = pod.spec ?? {}
    const address: EndpointAddress = {
      ip,
      ...(nodeName === undefined ? {} : { nodeName }),
      targetRef: { kind: 'Pod', namespace, name, uid },
    }
    return [{ address, ports: numbers, ready: publishNotReadyAddresses || isReady(pod) }]
  })
  return [...Map.groupBy(found, (one) => stableText(one.ports)).values()].map((group) => {
    const listed = (ready: boolean) =>
      group
        .filter((one) => one.ready === ready)
        .map(({ address }) => address)
        .toSorted((a, b) => (a.ip < b.ip ? -1 : 1))
    const [addresses, notReadyAddresses] = [listed(true), listed(false)]
    return {
      ...(addresses.length === 0 ? {} : { addresses }),
      ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses }),
      ports: group[0]?.ports ?? [],
    }
  })
}

/** What a user has written as Endpoints, as slices: one for each subset and address family. */
export function mirrored(endpoints: EndpointsObject): readonly EndpointSliceObject[] {
  const { metadata, subsets = [] } = endpoints
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, at) =>
    ['IPv4', 'IPv6'].flatMap((addressType) => {
      const isFamily = ({ ip }: EndpointAddress) => ip.includes(':') === (addressType === 'IPv6')
      const listed = (some: readonly EndpointAddress[], ready: boolean) =>
        some.filter(isFamily).map(({ ip, ...rest }) => ({ addresses: [ip], conditions: { ready }, ...rest }))
      const all = [...listed(addresses, true), ...listed(notReadyAddresses, false)]
      if (all.length === 0) return []
      return [
        {
          metadata: {
            name: `${metadata.name}-${hash([addressType, at], 5)}`,
            namespace: metadata.namespace ?? 'default',
            labels: { ...metadata.labels, [serviceName]: metadata.name, [managedBy]: mirrorManager },
            ownerReferences: [controlledBy(endpoints)],
          },
          addressType,
          endpoints: all,
          ports: ports.map((port) => ({ ...port, name: port.name ?? '' })),
        },
      ]
    }),
  )
}
