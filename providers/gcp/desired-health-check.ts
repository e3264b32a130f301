import { type Observed, type Resource } from '../../src/plan/resource.ts'
import { describe, sharedBy } from './descriptions.ts'
import { type HealthCheck, healthCheckFor } from './health.ts'
import { sharedStack } from './owners.ts'
import type { Wish } from './wish.ts'

export interface DesiredHealthCheck extends HealthCheck {
  readonly resource: Resource
}

/** Internal load balancers and global proxies want a global check, regional ones one of their region. */
export function desiredHealthCheck(wish: Wish): DesiredHealthCheck {
  const { lb, internal, global, region, names, scheme } = wish
  const standing = (shared: boolean): Observed | undefined => {
    const stack = shared ? sharedStack : wish.stack
    return wish.context.observed.find(
      (item) => item.stack === stack && item.kind === 'health-check' && item.key === scheme,
    )
  }
  const health = healthCheckFor(wish, standing)
  const { shared } = health
  const named = wish.proxy ? names.suffixed('-proxy') : names.healthCheck(shared)
  const resource: Resource = {
    stack: shared ? sharedStack : wish.stack,
    kind: 'health-check',
    key: wish.proxy ? `proxy/${internal || global ? 'global' : 'regional'}` : scheme,
    owners: shared ? [wish.cluster] : wish.owners,
    spec: {
      name: named,
      ...(internal || global ? {} : { region }),
      ...health.spec,
      description: shared
        ? describe({ service: '', resource: sharedBy(internal ? 'ILB' : 'XLB') })
        : describe({ service: lb.owner.name, uid: lb.uid }),
    },
    origins: health.origins,
    purpose: shared
      ? `asks each node whether it passes traffic on, for all ${scheme} load balancers with policy Cluster`
      : lb.trafficPolicy === 'Local'
        ? 'asks each node whether it has pods of this Service'
        : 'asks each node whether it is well, as this Service says',
  }
  return { ...health, resource }
}
