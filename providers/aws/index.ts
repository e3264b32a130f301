import type { Clock } from '../../src/lib/clock.ts'
import type { Provider } from '../../src/provider/provider.ts'
import type { AwsApi } from './api.ts'
import { adoptionOf } from './adopt/adoption.ts'
import { checkup } from './fetch-checkup.ts'
import { createBlueprint } from './blueprint.ts'
import { classicLoadBalancerKind } from './classic/kind.ts'
import { createClient } from './client.ts'
import { type AwsConfig, defaultConfig } from './config.ts'
import { followTargets } from './follow.ts'
import { listenerKind } from './kinds/listener.ts'
import { loadBalancerKind } from './kinds/load-balancer.ts'
import { securityGroupKind } from './kinds/security-group.ts'
import { TagReader } from './kinds/tag-reader.ts'
import { targetGroupKind } from './kinds/target-group.ts'
import { fetchExisting } from './fetch-existing.ts'
import { fetchFacts } from './fetch-facts.ts'
import { patient } from './patient.ts'

interface AwsDeps {
  /** Default: the AWS SDK, loaded with the first call. */
  readonly api?: AwsApi
  readonly clock: Clock
  /** uid of the kube-system namespace: what is tagged with it is ours. Without it nothing is. */
  readonly clusterUid?: string
}

export function createProvider(settings: Partial<AwsConfig>, deps: AwsDeps): Provider {
  const config: AwsConfig = { ...defaultConfig, ...settings }
  const api = patient(deps.api ?? createClient(config), deps.clock)
  const { clock, clusterUid } = deps
  const kindDeps = { api, clock, clusterUid, tags: new TagReader(api) }
  const kinds = {
    'load-balancer': loadBalancerKind(kindDeps),
    'target-group': targetGroupKind(kindDeps),
    listener: listenerKind(kindDeps),
    'security-group': securityGroupKind(kindDeps),
    'classic-load-balancer': classicLoadBalancerKind(kindDeps),
  }
  return {
    ...createBlueprint(config),
    kinds,
    adoption: adoptionOf(kindDeps, kinds, config),
    lookup: (asked, signal) => fetchFacts(api, config, asked, signal),
    follow: followTargets,
    existing: (signal) => fetchExisting(api, deps.clusterUid, signal),
    checkup: (cluster, nodes, signal) => checkup(api, config, cluster, nodes, signal),
    foreignFinalizers: ['service.k8s.aws/resources'],
  }
}
