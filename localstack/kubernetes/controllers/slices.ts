import { hash } from '../../../src/lib/hash.ts'
import type {
  EndpointSliceObject,
  ServiceObject,
  ServicePort,
  SliceEndpoint,
} from '../../../src/model/objects.ts'
import { isEnding, isReady } from '../apps/pod-state.ts'
import { matchesLabels } from '../apps/selector.ts'
import type { PodObject } from '../workload-objects.ts'
import { controlledBy } from './owners.ts'

export const managedBy = 'endpointslice.kubernetes.io/managed-by'
export const serviceName = 'kubernetes.io/service-name'
export const sliceManager = 'endpointslice-controller.k8s.io'
const headlessLabel = 'service.kubernetes.io/headless'

/** The Service's own labels, and what the controller says of it. Its headless mark is the controller's alone. */
export function sliceLabels({ metadata, spec }: ServiceObject): Readonly<Record<string, string>> {
  const { [headlessLabel]: _mark, ...labels } = metadata.labels ?? {}
  return {
    ...labels,
    ...(spec?.clusterIP === 'None' ? { [headlessLabel]: '' } : {}),
    [serviceName]: metadata.name,
    [managedBy]: sliceManager,
  }
}

/** The pods that a Service selects and that have begun. */
export function podsOf({ spec }: ServiceObject, pods: readonly PodObject[]): readonly PodObject[] {
  const { selector } = spec ?? {}
  if (selector === undefined || Object.keys(selector).length === 0) return []
  return pods.filter(
    ({ metadata, status }) => status?.phase === 'Running' && matchesLabels(selector, metadata.labels ?? {}),
  )
}

/** The number a target port has in this pod; null when it names none of the pod's ports of that protocol. */
export function targetPortOf(
  { targetPort, port, protocol = 'TCP' }: ServicePort,
  { spec }: PodObject,
): number | null {
  if (typeof targetPort !== 'string') return targetPort ?? port
  const named = (spec?.containers ?? []).flatMap(({ ports = [] }) => ports)
  const found = named.find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol)
  return found?.containerPort ?? null
}

/**
 * The slices of a Service, for each address family: pods whose named ports have other numbers stand in slices of their
 * own. Hints of topology are left out.
 */
export function slicesOf(
  service: ServiceObject,
  pods: readonly PodObject[],
  perSlice: number,
): readonly EndpointSliceObject[] {
  const { metadata, spec = {} } = service
  const { ports = [], ipFamilies = ['IPv4'] } = spec
  const matching = podsOf(service, pods)
  return ipFamilies.flatMap((addressType) => {
    const groups = Map.groupBy(matching, (pod) =>
      JSON.stringify(ports.map((port) => targetPortOf(port, pod))),
    )
    return [...groups].flatMap(([numbers, group]) => {
      const resolved = JSON.parse(numbers) as (number | null)[]
      const shown = ports.flatMap(({ name = '', protocol = 'TCP', appProtocol }, at) => {
        const port = resolved[at]
        const application = appProtocol === undefined ? {} : { appProtocol }
        return typeof port === 'number' ? [{ name, protocol, port, ...application }] : []
      })
      const endpoints = group.flatMap((pod) => endpointOf(pod, service, addressType))
      return chunksOf(endpoints, perSlice).map((chunk, at) => ({
        metadata: {
          name: `${metadata.name}-${hash([addressType, numbers], 5)}${at}`,
          namespace: metadata.namespace ?? 'default',
          labels: sliceLabels(service),
          ownerReferences: [controlledBy(service)],
        },
        addressType,
        endpoints: chunk,
        ports: shown,
      }))
    })
  })
}

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))

function endpointOf(
  pod: PodObject,
  { metadata, spec }: ServiceObject,
  addressType: string,
): readonly SliceEndpoint[] {
  const address = pod.status?.podIPs?.find(({ ip }) => ip.includes(':') === (addressType === 'IPv6'))?.ip
  if (address === undefined) return []
  const always = spec?.publishNotReadyAddresses === true
  const serving = always || isReady(pod)
  const terminating = isEnding(pod)
  const { nodeName, hostname, subdomain } = pod.spec ?? {}
  const { name, namespace = '', uid = '' } = pod.metadata
  return [
    {
      addresses: [address],
      conditions: { ready: always || (serving && !terminating), serving, terminating },
      targetRef: { kind: 'Pod', name, namespace, uid } as NonNullable<SliceEndpoint['targetRef']>,
      ...(nodeName === undefined ? {} : { nodeName }),
      ...(hostname !== undefined && subdomain === metadata.name ? { hostname } : {}),
    },
  ]
}
