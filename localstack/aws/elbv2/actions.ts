import type { Actions } from '../action.ts'
import { describeAccountLimits } from './account-limits.ts'
import { capacityActions } from './capacity.ts'
import { certificateActions } from './certificates.ts'
import { listenerAttributeActions } from './listener-attributes.ts'
import { listenerActions } from './listeners.ts'
import { loadBalancerAttributeActions } from './load-balancer-attributes.ts'
import { loadBalancerActions } from './load-balancers.ts'
import { describeSslPolicies } from './ssl-policies.ts'
import { tagActions } from './tags.ts'
import { targetGroupAttributeActions } from './target-group-attributes.ts'
import { targetGroupActions } from './target-groups.ts'
import { targetActions } from './targets.ts'

export const elbv2Actions: Actions = {
  ...loadBalancerActions,
  ...loadBalancerAttributeActions,
  ...capacityActions,
  ...targetGroupActions,
  ...targetGroupAttributeActions,
  ...targetActions,
  ...listenerActions,
  ...listenerAttributeActions,
  ...certificateActions,
  ...tagActions,
  DescribeSSLPolicies: describeSslPolicies,
  DescribeAccountLimits: describeAccountLimits,
}
