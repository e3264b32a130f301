import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { Problem } from '../../src/model/problem.ts'
import type { Context, Desired } from '../../src/provider/blueprint.ts'
import { desiredApplication } from './application/desired.ts'
import { desiredClassic } from './classic/desired.ts'
import type { AwsConfig } from './config.ts'
import { desiredNetwork } from './desired-network.ts'
import { controllerClass, type Layout } from './layout.ts'
import { noInstances } from './no-instances.ts'
import { planOnly } from './plan-only.ts'
import { type Wish, wishFor } from './wish.ts'

const kinds: Readonly<Record<Layout['balancer'], (wish: Wish) => Desired>> = {
  network: desiredNetwork,
  application: desiredApplication,
  classic: desiredClassic,
}

/** One Service on AWS. `plan` knows all that `run` does not do yet, and says so. */
export function desiredFor(
  lb: LoadBalancer,
  context: Context,
  config: AwsConfig,
  how: 'plan' | 'run' = 'plan',
): Desired {
  const wish = wishFor(lb, context, config, how === 'plan' ? controllerClass : undefined)
  const { resources, problems } = kinds[wish.layout.balancer](wish)
  const forPlans = how === 'plan' ? [...noInstances(wish), ...planOnly(wish)] : []
  return { resources, problems: distinct([...problems, ...forPlans]) }
}

/** What is said of each port is said once when it is the same sentence. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [`${one.code} ${one.path} ${one.message}`, one])).values()]
}
