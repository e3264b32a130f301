import { error } from '../../../src/model/problem.ts'
import type { Desired } from '../../../src/provider/blueprint.ts'
import type { Wish } from '../wish.ts'

/** A Classic Load Balancer, as cloud-provider-aws makes it without `nlb`. */
export const desiredClassic = (wish: Wish): Desired => ({
  resources: [],
  problems: [
    error(
      'LB_ANNOTATION_REFUSED',
      wish.settings.type?.path ?? 'spec.type',
      'Classic Load Balancers are not planned yet',
    ),
  ],
})
