import type { Located } from '../config/located.ts'
import { fromService, ownerOf } from '../model/from-service.ts'
import type { LoadBalancer, Owner } from '../model/load-balancer.ts'
import { targetNodes, type TargetNode } from '../model/nodes.ts'
import type { ServiceObject } from '../model/objects.ts'
import { error, hasError, type Problem } from '../model/problem.ts'
import type { Contribution } from '../plan/merge.ts'
import { planOffline } from '../plan/offline.ts'
import type { Plan } from '../plan/plan.ts'
import type { Inputs } from './dry-run-inputs.ts'
import { knownOf, type Known } from './given-facts.ts'
import type { Blueprint, Cluster, Desired, Fact } from '../provider/blueprint.ts'
import { withoutLoadBalancer } from './no-load-balancer.ts'
import { plural } from './print.ts'
import type { FromFile } from './read-manifests.ts'

/** What became of one Service. `none`: it asks for no load balancer. */
export interface ServicePlan {
  readonly owner: Owner
  readonly outcome: 'planned' | 'none' | 'invalid'
  readonly note?: string
  readonly problems: readonly Located[]
}

export interface ProviderPlan {
  readonly provider: string
  readonly services: readonly ServicePlan[]
  readonly plan: Plan
  readonly problems: readonly Located[]
}

interface Planned extends ServicePlan {
  readonly contribution?: Contribution
}

/** The road of the controller, on files: what it would look up is taken from `--facts` or left open. */
export async function planServices(
  provider: Blueprint,
  inputs: Inputs,
  namespace: string,
): Promise<ProviderPlan> {
  const cluster: Cluster = { name: inputs.config?.clusterName ?? '', ...inputs.facts?.cluster }
  const known = await knownOf(provider, inputs.facts, cluster)
  const run: Run = {
    provider,
    namespace,
    nodes: inputs.nodes === undefined ? [] : targetNodes(inputs.nodes),
    inputs,
    cluster,
    known,
  }
  const planned = inputs.manifests.services.map((service) => planService(service, run))
  const plan = planOffline(
    provider,
    planned.flatMap(({ contribution }) => (contribution === undefined ? [] : [contribution])),
    known.observed,
  )
  return {
    provider: provider.name,
    services: planned.map(({ contribution: _used, ...service }) => service),
    plan,
    problems: [
      ...planned.flatMap((service) => service.problems),
      ...plan.problems.map((problem) => ({ problem })),
      ...known.problems,
    ],
  }
}

interface Run {
  readonly provider: Blueprint
  readonly namespace: string
  readonly nodes: readonly TargetNode[]
  readonly inputs: Inputs
  readonly cluster: Cluster
  readonly known: Known
}

function planService({ object, locate }: FromFile<ServiceObject>, run: Run): Planned {
  const { provider, inputs } = run
  const { metadata } = object
  const service = { ...object, metadata: { ...metadata, namespace: metadata.namespace ?? run.namespace } }
  const note = withoutLoadBalancer(service, [inputs.config?.loadBalancerClass, ...provider.classes])
  if (note !== undefined) return { owner: ownerOf(service), outcome: 'none', note, problems: [] }

  const { lb, problems } = fromService(service, {
    provider: provider.name,
    table: provider.annotations,
    can: provider.can,
    origin: 'file',
  })
  if (lb === undefined) return invalid(ownerOf(service), problems, locate)
  const desired = desiredOf(lb, run)
  const all = [...problems, ...desired.problems]
  if (hasError(desired.problems)) return invalid(lb.owner, all, locate)
  return {
    owner: lb.owner,
    outcome: 'planned',
    ...noteOf(all),
    problems: all.map(locate),
    contribution: { owner: lb.owner, created: lb.created, resources: desired.resources },
  }
}

/** A facts file is written by hand: one of another shape than the provider's must not end in a stack trace. */
function desiredOf(lb: LoadBalancer, run: Run): Desired {
  const { provider, inputs } = run
  try {
    return provider.desired(lb, {
      cluster: run.cluster,
      nodes: run.nodes,
      ...(inputs.nodes === undefined
        ? { nodesUnknown: 'the nodes of the cluster; --nodes FILE names them' }
        : {}),
      facts: factsFor(lb, run),
      observed: run.known.observed,
    })
  } catch (thrown) {
    if (inputs.facts === undefined) throw thrown
    const message = `${provider.name} cannot read these facts: ${thrown instanceof Error ? thrown.message : String(thrown)}`
    return { resources: [], problems: [error('LB_FACTS', '', message)] }
  }
}

const invalid = (
  owner: Owner,
  problems: readonly Problem[],
  locate: (problem: Problem) => Located,
): Planned => ({
  owner,
  outcome: 'invalid',
  ...noteOf(problems, 'not planned: '),
  problems: problems.map(locate),
})

function noteOf(problems: readonly Problem[], prefix = ''): { note?: string } {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const warnings = problems.filter(({ severity }) => severity === 'warning').length
  const counts = [
    ...(errors === 0 ? [] : [plural(errors, 'error')]),
    ...(warnings === 0 ? [] : [plural(warnings, 'warning')]),
  ]
  return counts.length === 0 ? {} : { note: prefix + counts.join(', ') }
}

function factsFor(lb: LoadBalancer, { provider, nodes, known }: Run): ReadonlyMap<string, Fact> {
  const facts = new Map<string, Fact>()
  for (const asked of provider.lookups(lb, nodes))
    facts.set(asked.key, provider.facts.answer(asked, known.given, nodes))
  return facts
}
