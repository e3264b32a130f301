import { deploymentStrategy, replicaSetStrategy } from './apps/strategy.ts'
import { checkPod } from './apps/pod-rules.ts'
import type { ResourceName } from './object.ts'
import { serviceStrategy, type ServiceOptions } from './service/strategy.ts'
import type { Strategy } from './strategy.ts'
import {
  checkLease,
  checkServiceCidr,
  prepareNamespace,
  preparePod,
  prepareServiceCidr,
} from './small-strategies.ts'
import {
  checkConfigMap,
  checkEndpoints,
  checkEndpointSlice,
  checkSecret,
  prepareEndpoints,
  prepareSecret,
  type EndpointRules,
} from './small-rules.ts'

export type StrategyOptions = ServiceOptions & EndpointRules

/** The resources with rules of their own; all others are stored as they come. */
export const strategies = (options: StrategyOptions): { readonly [R in ResourceName]?: Strategy } => ({
  services: serviceStrategy(options),
  leases: { check: checkLease },
  namespaces: { prepare: prepareNamespace },
  servicecidrs: { prepare: prepareServiceCidr, check: checkServiceCidr },
  pods: { prepare: preparePod, check: checkPod },
  configmaps: { check: checkConfigMap },
  secrets: { prepare: prepareSecret, check: checkSecret },
  endpoints: { prepare: prepareEndpoints, check: checkEndpoints(options) },
  endpointslices: { check: checkEndpointSlice(options) },
  deployments: deploymentStrategy,
  replicasets: replicaSetStrategy,
})
