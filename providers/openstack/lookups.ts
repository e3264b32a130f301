import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { Lookup } from '../../src/provider/blueprint.ts'
import { openstackSettings } from './annotations.ts'
import type { OpenStackConfig } from './config.ts'
import { containers, floatingIps, network, octavia, ports } from './facts.ts'

const always = [octavia, network] as const

/** Pure: facts of the whole project, so that one answer serves every Service. Most need two. */
export function lookupsFor(lb: LoadBalancer, config: OpenStackConfig): readonly Lookup[] {
  const settings = openstackSettings(lb)
  const named = lb.requestedAddress ?? settings.address ?? settings.loadBalancerId
  const attached = config.manageSecurityGroups && config.nodeSecurityGroups.length === 0
  const certificates = settings.certificates !== undefined && config.containerStore !== 'external'
  return [
    ...always,
    ...(named === undefined ? [] : [floatingIps]),
    ...(attached || settings.portId !== undefined ? [ports] : []),
    ...(certificates ? [containers] : []),
  ]
}
