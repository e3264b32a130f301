import type { Clock } from '../../src/lib/clock.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { awsAnnotations } from './annotations.ts'
import type { AwsApi } from './api.ts'
import { createClient } from './client.ts'
import { type AwsConfig, defaultConfig } from './config.ts'
import { desiredFor } from './desired.ts'
import { groupResource } from './desired-security-group.ts'
import { followNodes } from './follow.ts'
import { listenerKind } from './kinds/listener.ts'
import { loadBalancerKind } from './kinds/load-balancer.ts'
import { securityGroupKind } from './kinds/security-group.ts'
import { TagReader } from './kinds/tag-reader.ts'
import { targetGroupKind } from './kinds/target-group.ts'
import { fetchFacts, lookupsFor } from './lookups.ts'
import { statusFor } from './status.ts'

export interface AwsDeps {
  /** Default: the AWS SDK, loaded with the first call. */
  readonly api?: AwsApi
  readonly clock: Clock
  /** uid of the kube-system namespace: what is tagged with it is ours. Without it nothing is. */
  readonly clusterUid?: string
}

export function createProvider(settings: Partial<AwsConfig>, deps: AwsDeps): Provider {
  const config: AwsConfig = { ...defaultConfig, ...settings }
  const api = deps.api ?? createClient(config)
  const kindDeps = { api, clock: deps.clock, clusterUid: deps.clusterUid, tags: new TagReader(api) }
  return {
    name: 'aws',
    annotations: awsAnnotations,
    can: {
      mixedProtocols: true,
      sourceRanges: true,
      internal: true,
      tls: true,
      proxyProtocol: true,
      udp: true,
      ipv6: false,
      requestedAddress: false,
      sessionAffinity: true,
    },
    kinds: {
      'load-balancer': loadBalancerKind(kindDeps),
      'target-group': targetGroupKind(kindDeps),
      listener: listenerKind(kindDeps),
      'security-group': securityGroupKind(kindDeps),
    },
    lookups: (_lb, nodes) => lookupsFor(nodes),
    lookup: (asked, signal) => fetchFacts(api, config, asked, signal),
    desired: (lb, context) => desiredFor(lb, context, config),
    shared: (to) => groupResource(to.key),
    follow: followNodes,
    statusOf: (_owner, observed, outcome, current) => statusFor(observed, outcome, current),
    foreignFinalizers: ['service.k8s.aws/resources'],
  }
}
