import type { Form } from '../../../src/provider/form.ts'
import { observeLoadBalancer, observeSecurityGroup, observeTargetGroup } from './described.ts'
import { listenerForm } from './listener-form.ts'
import { loadBalancerForm } from './load-balancer-form.ts'
import { securityGroupForm } from './security-group-form.ts'
import { targetGroupForm } from './target-group-form.ts'

/** The forms of all kinds beside Classic Load Balancers, with what a facts file describes. */
export const forms = {
  'load-balancer': { ...loadBalancerForm, observe: observeLoadBalancer },
  'target-group': { ...targetGroupForm, observe: observeTargetGroup },
  listener: listenerForm,
  'security-group': { ...securityGroupForm, observe: observeSecurityGroup },
} satisfies Readonly<Record<string, Form>>
