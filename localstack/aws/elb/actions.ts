import type { Actions } from '../action.ts'
import { attributeActions } from './attributes.ts'
import { healthActions } from './health.ts'
import { instanceActions } from './instances.ts'
import { listenerActions } from './listeners.ts'
import { loadBalancerActions } from './load-balancers.ts'
import { placeActions } from './place.ts'
import { policyActions } from './policies.ts'
import { tagActions } from './tags.ts'

/** The API of Classic Load Balancers, version 2012-06-01. */
export const elbActions: Actions = {
  ...loadBalancerActions,
  ...placeActions,
  ...listenerActions,
  ...policyActions,
  ...instanceActions,
  ...healthActions,
  ...attributeActions,
  ...tagActions,
}
