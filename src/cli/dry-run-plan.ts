import type { Located } from '../config/located.ts'
import type { Json } from '../lib/json.ts'
import { nearest } from '../model/did-you-mean.ts'
import { fromService, ownerOf } from '../model/from-service.ts'
import type { LoadBalancer, Owner } from '../model/load-balancer.ts'
import { targetNodes } from '../model/nodes.ts'
import type { ServiceObject } from '../model/objects.ts'
import { error, hasError, warning, type Problem } from '../model/problem.ts'
import type { Contribution } from '../plan/merge.ts'
import { planOffline } from '../plan/offline.ts'
import type { Plan } from '../plan/plan.ts'
import type { Context, Desired, Fact, Provider } from '../provider/provider.ts'
import type { GivenFacts, Inputs } from './dry-run-inputs.ts'
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
export function planServices(provider: Provider, inputs: Inputs, namespace: string): ProviderPlan {
  const nodes = inputs.nodes === undefined ? [] : targetNodes(inputs.nodes)
  const asked = new Set<string>()
  const contextFor = (lb: LoadBalancer): Context => ({
    cluster: { name: inputs.config?.clusterName ?? '' },
    nodes,
    ...(inputs.nodes === undefined
      ? { nodesUnknown: 'the nodes of the cluster; --nodes FILE names them' }
      : {}),
    facts: factsFor(provider, lb, nodes, inputs.facts, asked),
    observed: [],
  })
  const planned = inputs.manifests.services.map((item) =>
    planService(provider, item, namespace, inputs.config?.loadBalancerClass, contextFor, inputs.facts),
  )
  const plan = planOffline(
    provider,
    planned.flatMap(({ contribution }) => (contribution === undefined ? [] : [contribution])),
  )
  return {
    provider: provider.name,
    services: planned.map(({ contribution: _used, ...service }) => service),
    plan,
    problems: [
      ...planned.flatMap((service) => service.problems),
      ...plan.problems.map((problem) => ({ problem })),
      ...unusedFacts(inputs.facts, asked),
    ],
  }
}

function planService(
  provider: Provider,
  { object, locate }: FromFile<ServiceObject>,
  namespace: string,
  ourClass: string | undefined,
  contextFor: (lb: LoadBalancer) => Context,
  facts: GivenFacts | undefined,
): Planned {
  const service = {
    ...object,
    metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace },
  }
  const nobody = ownerOf(service)
  const note = withoutLoadBalancer(service, ourClass)
  if (note !== undefined) return { owner: nobody, outcome: 'none', note, problems: [] }

  const { lb, problems } = fromService(service, {
    provider: provider.name,
    table: provider.annotations,
    can: provider.can,
    origin: 'file',
  })
  if (lb === undefined) return invalid(nobody, problems, locate)
  const desired = desiredOf(provider, lb, contextFor(lb), facts)
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
function desiredOf(
  provider: Provider,
  lb: LoadBalancer,
  context: Context,
  facts: GivenFacts | undefined,
): Desired {
  try {
    return provider.desired(lb, context)
  } catch (thrown) {
    if (facts === undefined) throw thrown
    const message = `${provider.name} cannot read these facts: ${thrown instanceof Error ? thrown.message : String(thrown)}`
    return { resources: [], problems: [error('LB_FACTS', '', message, { value: facts.place })] }
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

function factsFor(
  provider: Provider,
  lb: LoadBalancer,
  nodes: Context['nodes'],
  given: GivenFacts | undefined,
  asked: Set<string>,
): ReadonlyMap<string, Fact> {
  const facts = new Map<string, Fact>()
  for (const { key, what } of provider.lookups(lb, nodes)) {
    asked.add(given?.values.has(withoutLast(key)) === true ? withoutLast(key) : key)
    // A part of a key that only the nodes decide, such as a hash, need not be written.
    const value: Json | undefined = given?.values.get(key) ?? given?.values.get(withoutLast(key))
    facts.set(key, value === undefined ? { key, unknown: what } : { key, value })
  }
  return facts
}

const withoutLast = (key: string): string => key.slice(0, key.lastIndexOf('/'))

/** A fact nobody asks for is mostly a misspelt one. */
function unusedFacts(given: GivenFacts | undefined, asked: ReadonlySet<string>): readonly Located[] {
  if (given === undefined) return []
  return [...given.values.keys()]
    .filter((key) => !asked.has(key))
    .map((key) => {
      const near = nearest(key, asked, 4)
      const problem = warning('LB_FACTS', key, 'no Service here depends on this fact', {
        accepted: asked.size === 0 ? 'none' : [...asked].toSorted().join(', '),
        ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
      })
      return { problem, ...given.locate(key) }
    })
}
