import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { Problem } from '../../src/model/problem.ts'
import type { Context, Desired } from '../../src/provider/blueprint.ts'
import { desiredApplication } from './application/desired.ts'
import { desiredClassic } from './classic/desired.ts'
import type { AwsConfig } from './config.ts'
import { desiredNetwork } from './desired-network.ts'
import type { Layout } from './layout.ts'
import { noInstances } from './no-instances.ts'
import { unmatchedLabels } from './node-labels.ts'
import { podProblems } from './pod-targets.ts'
import { type Wish, wishFor } from './wish.ts'

const kinds: Readonly<Record<Layout['balancer'], (wish: Wish) => Desired>> = {
  network: desiredNetwork,
  application: desiredApplication,
  classic: desiredClassic,
}

/** One Service on AWS. */
export function desiredFor(lb: LoadBalancer, context: Context, config: AwsConfig): Desired {
  const wish = wishFor(lb, context, config)
  const { resources, problems } = kinds[wish.layout.balancer](wish)
  return {
    resources,
    problems: distinct([...problems, ...noInstances(wish), ...unmatchedLabels(wish), ...podProblems(wish)]),
  }
}

/** What is said of each port is said once when it is the same sentence. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [`${one.code} ${one.path} ${one.message}`, one])).values()]
}
