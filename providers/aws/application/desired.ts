import { error } from '../../../src/model/problem.ts'
import type { Desired } from '../../../src/provider/blueprint.ts'
import type { Wish } from '../wish.ts'

/** An application load balancer: one that reads HTTP. */
export const desiredApplication = (wish: Wish): Desired => ({
  resources: [],
  problems: [
    error(
      'LB_ANNOTATION_REFUSED',
      wish.settings.backendProtocol?.path ?? 'spec.type',
      'application load balancers are not planned yet',
    ),
  ],
})
