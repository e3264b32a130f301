import { fromService } from '../../src/model/from-service.ts'
import { targetNodes } from '../../src/model/nodes.ts'
import type { NodeObject, ServiceObject } from '../../src/model/objects.ts'
import { hasError, type Problem } from '../../src/model/problem.ts'
import type { Contribution } from '../../src/plan/merge.ts'
import { planOffline } from '../../src/plan/offline.ts'
import type { Plan } from '../../src/plan/plan.ts'
import type { Observed, Resource } from '../../src/plan/resource.ts'
import type { Blueprint, Cluster, GivenFacts } from '../../src/provider/blueprint.ts'

export interface World {
  /** A cloud's section of a facts file. */
  readonly facts?: GivenFacts
  readonly nodes?: readonly NodeObject[]
  readonly observed?: readonly Observed[]
  readonly cluster?: Cluster
  readonly origin?: 'file' | 'cluster'
}

export interface Contributed {
  /** Absent where a problem is an error. */
  readonly contribution?: Contribution
  readonly resources: readonly Resource[]
  readonly problems: readonly Problem[]
}

/** What one Service asks of a cloud: the road of dry-run up to the plan. */
export function contribute(blueprint: Blueprint, service: ServiceObject, world: World = {}): Contributed {
  const { name: provider, annotations: table, can } = blueprint
  const read = fromService(service, { provider, table, can, origin: world.origin ?? 'file' })
  if (read.lb === undefined) return { resources: [], problems: read.problems }
  const nodes = targetNodes(world.nodes ?? [])
  const facts = new Map(
    blueprint
      .lookups(read.lb, nodes)
      .map((asked) => [asked.key, blueprint.facts.answer(asked, world.facts ?? {}, nodes)]),
  )
  const desired = blueprint.desired(read.lb, {
    cluster: world.cluster ?? { name: 'kubernetes' },
    nodes,
    ...(world.nodes === undefined ? { nodesUnknown: 'the nodes of the cluster' } : {}),
    facts,
    observed: world.observed ?? [],
  })
  const problems = [...read.problems, ...desired.problems]
  if (hasError(problems)) return { resources: [], problems }
  const { owner, created, allowsOutage: leave } = read.lb
  const { resources } = desired
  return { contribution: { owner, created, resources, leave }, resources, problems }
}

/** The plan for several Services; those with an error take no part in it. */
export function planServices(
  blueprint: Blueprint,
  services: readonly ServiceObject[],
  world: World = {},
): { readonly plan: Plan; readonly problems: readonly Problem[] } {
  const all = services.map((service) => contribute(blueprint, service, world))
  const contributions = all.flatMap(({ contribution }) => contribution ?? [])
  const plan = planOffline(blueprint, contributions, world.observed)
  return { plan, problems: [...all.flatMap((one) => one.problems), ...plan.problems] }
}
