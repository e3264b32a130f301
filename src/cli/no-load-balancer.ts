import type { ServiceObject, ServicePort } from '../model/objects.ts'

/** Why a Service gets none from us, in a sentence; undefined when it does. */
export function withoutLoadBalancer(
  service: ServiceObject,
  ourClasses: readonly (string | undefined)[],
): string | undefined {
  const type = service.spec?.type ?? 'ClusterIP'
  if (type === 'LoadBalancer') return otherClass(service.spec?.loadBalancerClass, ourClasses)
  if (type === 'ClusterIP') return 'type ClusterIP: no load balancer; reachable inside the cluster only'
  if (type === 'ExternalName') return 'type ExternalName: no load balancer; it is a DNS alias'
  if (type === 'NodePort') return `type NodePort: no load balancer; reachable at ${nodePorts(service)}`
  return undefined
}

/** Only LoadBalancers are checked by the model, so this reads what may be anything. */
function nodePorts({ spec }: ServiceObject): string {
  const listed: unknown = spec?.ports
  const ports = (Array.isArray(listed) ? (listed as readonly Partial<ServicePort>[]) : []).map(
    ({ nodePort, port, protocol = 'TCP' }) =>
      nodePort === undefined || nodePort === 0
        ? `<node>:<known at apply> for ${port}/${protocol}`
        : `<node>:${nodePort} for ${port}/${protocol}`,
  )
  return ports.length === 0 ? '<node>' : ports.join(', ')
}

function otherClass(theirs: string | undefined, ours: readonly (string | undefined)[]): string | undefined {
  if (theirs === undefined || ours.includes(theirs)) return undefined
  return `loadBalancerClass ${theirs}: left to its controller; "run --load-balancer-class ${theirs}" would take it`
}
