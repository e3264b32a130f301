import type { Blueprint } from '../../src/provider/blueprint.ts'
import { azureAnnotations } from './annotations.ts'
import { type AzureConfig, defaultConfig } from './config.ts'
import { desiredFor } from './desired.ts'
import { contradictionsIn } from './facts-contradictions.ts'
import { answerFrom } from './facts-given.ts'
import { backendPoolForm } from './kinds/backend-pool.ts'
import { loadBalancerForm } from './kinds/load-balancer.ts'
import { privateLinkForm } from './kinds/private-link-service.ts'
import { publicIPForm } from './kinds/public-ip.ts'
import { securityGroupForm } from './kinds/security-group.ts'
import { lookupsFor } from './lookups.ts'
import { withHolders } from './security-group/holders.ts'
import { sharedResource } from './shared.ts'
import { statusFor } from './status.ts'

export function createBlueprint(settings: Partial<AzureConfig>): Blueprint {
  const config: AzureConfig = { ...defaultConfig, ...settings }
  return {
    name: 'azure',
    annotations: azureAnnotations,
    can: {
      mixedProtocols: true,
      sourceRanges: true,
      internal: true,
      tls: false,
      proxyProtocol: true,
      udp: true,
      sctp: true,
      ipv6: true,
      dualStack: true,
      nodePortsOptional: true,
      requestedAddress: true,
      sessionAffinity: true,
    },
    kinds: {
      'load-balancer': loadBalancerForm,
      'backend-pool': backendPoolForm,
      'public-ip': publicIPForm(config),
      'private-link-service': privateLinkForm(config),
      'security-group': securityGroupForm,
    },
    classes: [],
    lookups: (lb) => lookupsFor(lb, config),
    facts: {
      schema: async () => (await import('./facts-schema.ts')).factsSchema,
      contradictions: contradictionsIn,
      answer: answerFrom,
    },
    related: withHolders,
    desired: (lb, context) => desiredFor(lb, context, config),
    shared: sharedResource,
    statusOf: (owner, observed, outcome, current) => statusFor(owner, observed, outcome, current),
  }
}
