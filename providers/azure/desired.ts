/**
 * One Service on Azure, for a Service with port 80:
 *
 *   public-ip        kubernetes-a1111...            the address
 *   load-balancer    kubernetes                     shared by all Services; of this one it holds
 *     frontend/a1111...                             the address on the load balancer
 *     rule/a1111.../TCP/80                          from there to the pool
 *     probe/a1111...-TCP-80                         which nodes are well
 *   backend-pool     kubernetes/kubernetes          within it: all nodes, the same for all Services
 *   security-group                                  lets clients in
 *   private-link-service                            where it is asked for
 *
 * Load balancer and pools are one stack; what a frontend points at has stacks of its own, so that no address that
 * cannot be had keeps the others waiting.
 */
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { hasError } from '../../src/model/problem.ts'
import type { Context, Desired } from '../../src/provider/blueprint.ts'
import type { AzureConfig } from './config.ts'
import { desiredLoadBalancer } from './desired-load-balancer.ts'
import { desiredPools } from './desired-pool.ts'
import { desiredPrivateLink } from './desired-private-link.ts'
import { desiredPublicIPs } from './desired-public-ip.ts'
import { desiredSecurityGroup } from './security-group/desired.ts'
import { wishFor } from './wish.ts'

export function desiredFor(lb: LoadBalancer, context: Context, config: AzureConfig): Desired {
  const wish = wishFor(lb, context, config)
  const parts = [
    desiredPublicIPs(wish),
    desiredLoadBalancer(wish),
    desiredPools(wish),
    desiredSecurityGroup(wish),
    desiredPrivateLink(wish),
  ]
  const problems = [...wish.problems, ...parts.flatMap((part) => part.problems)]
  if (hasError(problems)) return { resources: [], problems }
  return { resources: parts.flatMap((part) => part.resources), problems }
}
