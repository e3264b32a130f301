import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { AwsSettings } from './annotations.ts'

/**
 * Which kind of load balancer a Service gets, and whose way of letting traffic in it follows:
 *
 *   type nlb, or nothing said      network      nodes        rules for clients in the groups of the nodes
 *   external, nlb-ip, or a class   network      controller   groups of its own, one shared group for the nodes
 *   nlb and HTTP to the pods       application  controller
 *   classic                        classic      nodes
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
  ofController: string | undefined,
): Layout {
  const classed = ofController !== undefined && lb.loadBalancerClass === ofController
  const asked = type?.value ?? (classed ? 'external' : 'nlb')
  if (asked === 'classic') return { balancer: 'classic', style: 'nodes' }
  if (asked !== 'nlb') return { balancer: 'network', style: 'controller' }
  return readsHttp(backendProtocol?.value)
    ? { balancer: 'application', style: 'controller' }
    : { balancer: 'network', style: 'nodes' }
}

export const readsHttp = (protocol: string | undefined): boolean =>
  protocol === 'http' || protocol === 'https'
