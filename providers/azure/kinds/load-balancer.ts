import type { Form } from '../../../src/provider/form.ts'
import { observeLoadBalancer } from './load-balancer-observed.ts'
import { packParts } from './load-balancer-parts.ts'
import { canonicalPlace, settleMs } from './wire.ts'

/** One PUT writes all frontends, rules and probes of all Services. */
export const loadBalancerForm: Form = {
  name: 'load-balancer',
  canonical: canonicalPlace,
  pack: packParts,
  hiddenFields: ['haPorts'],
  immutable: ['location', 'sku.name'],
  kept: [],
  refs: ['uses'],
  defaults: {},
  replace: 'never',
  absorbs: ['backend-pool'],
  lock: 'root',
  nameIsUnique: true,
  servesTraffic: true,
  partsListed: true,
  settleMs,
  observe: observeLoadBalancer,
}
