import { type Form, usualForm } from '../../../src/provider/form.ts'
import { observeLoadBalancer } from './load-balancer-observed.ts'
import { heldAddresses, packParts } from './load-balancer-parts.ts'
import { canonicalPlace, settleMs } from './wire.ts'

/** One PUT writes all frontends, rules and probes of all Services. */
export const loadBalancerForm: Form = {
  name: 'load-balancer',
  ...usualForm,
  canonical: canonicalPlace,
  pack: packParts,
  hiddenFields: ['haPorts'],
  immutable: ['location', 'sku.name'],
  refs: ['uses'],
  holds: heldAddresses,
  replace: 'never',
  absorbs: ['backend-pool'],
  lock: 'root',
  nameIsUnique: true,
  servesTraffic: true,
  settleMs,
  observe: observeLoadBalancer,
}
