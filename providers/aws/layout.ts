import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { AwsSettings } from './annotations.ts'
import type { AwsConfig, Scheme } from './config.ts'

/**
 * Which kind of load balancer a Service gets, and whose way of letting traffic in it follows:
 *
 *   type nlb                       network      nodes        rules for clients in the groups of the nodes
 *   external, nlb-ip, or a class   network      controller   groups of its own, one shared group for the nodes
 *   nlb and HTTP to the pods       application  controller
 *   classic                        classic      nodes
 *   nothing said                   as the configuration says: nlb, if it does not
 *
 * Whichever class: one that is not ours was not claimed, so a Service with a class that comes here has the one that the
 * configuration names, or that of the AWS Load Balancer Controller. A type that is written outranks it.
 */
export interface Layout {
  readonly balancer: 'network' | 'classic' | 'application'
  readonly style: 'nodes' | 'controller'
}

/** The class of the AWS Load Balancer Controller. */
export const controllerClass = 'service.k8s.aws/nlb'

export function layoutOf(
  lb: LoadBalancer,
  { type, backendProtocol }: AwsSettings,
  { defaultType }: Pick<AwsConfig, 'defaultType'>,
): Layout {
  const asked = type?.value ?? (lb.loadBalancerClass === undefined ? defaultType : 'external')
  if (asked === 'classic') return { balancer: 'classic', style: 'nodes' }
  if (asked !== 'nlb') return { balancer: 'network', style: 'controller' }
  return readsHttp(backendProtocol?.value)
    ? { balancer: 'application', style: 'controller' }
    : { balancer: 'network', style: 'nodes' }
}

interface Grouped {
  readonly settings: Pick<AwsSettings, 'securityGroups' | 'noSecurityGroup'>
  readonly layout: Layout
  readonly config: Pick<AwsConfig, 'loadBalancerGroups'>
}

/**
 * Whether a network load balancer is in security groups. AWS decides it at creation: one without can never get any, and
 * of one with some the last cannot be taken away. So it is part of what the load balancer is.
 */
export function guarded({ settings: { securityGroups, noSecurityGroup }, layout, config }: Grouped): boolean {
  if (layout.style === 'nodes') return securityGroups !== undefined
  if (noSecurityGroup?.value === true) return false
  return config.loadBalancerGroups !== 'none' || securityGroups !== undefined
}

/** What a load balancer cannot change in place: key of it, and part of the names of all that belongs to it. */
export function placeOf(scheme: Scheme, grouped: Grouped): string {
  const { balancer } = grouped.layout
  if (balancer === 'application') return `${scheme}/application`
  return balancer === 'network' && guarded(grouped) ? `${scheme}/guarded` : scheme
}

export const readsHttp = (protocol: string | undefined): boolean =>
  protocol === 'http' || protocol === 'https'
