import type { Located } from '../config/located.ts'
import { nearest } from '../model/did-you-mean.ts'
import { fromService, ownerOf } from '../model/from-service.ts'
import type { LoadBalancer, Owner } from '../model/load-balancer.ts'
import { targetNodes, type TargetNode } from '../model/nodes.ts'
import type { ServiceObject } from '../model/objects.ts'
import { error, hasError, warning, type Problem } from '../model/problem.ts'
import type { Contribution } from '../plan/merge.ts'
import { planOffline } from '../plan/offline.ts'
import type { Plan } from '../plan/plan.ts'
import type { Desired, Fact, Provider } from '../provider/provider.ts'
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
  const asked = new Set<string>()
  const run: Run = {
    provider,
    namespace,
    nodes: inputs.nodes === undefined ? [] : targetNodes(inputs.nodes),
    inputs,
    asked,
  }
  const planned = inputs.manifests.services.map((service) => planService(service, run))
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

interface Run {
  readonly provider: Provider
  readonly namespace: string
  readonly nodes: readonly TargetNode[]
  readonly inputs: Inputs
  /** Collects the keys of all facts that were looked for. */
  readonly asked: Set<string>
}

function planService({ object, locate }: FromFile<ServiceObject>, run: Run): Planned {
  const { provider, inputs } = run
  const { metadata } = object
  const service = { ...object, metadata: { ...metadata, namespace: metadata.namespace ?? run.namespace } }
  const note = withoutLoadBalancer(service, inputs.config?.loadBalancerClass)
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
      cluster: { name: inputs.config?.clusterName ?? '' },
      nodes: run.nodes,
      ...(inputs.nodes === undefined
        ? { nodesUnknown: 'the nodes of the cluster; --nodes FILE names them' }
        : {}),
      facts: factsFor(lb, run),
      observed: [],
    })
  } catch (thrown) {
    if (inputs.facts === undefined) throw thrown
    const message = `${provider.name} cannot read these facts: ${thrown instanceof Error ? thrown.message : String(thrown)}`
    return { resources: [], problems: [error('LB_FACTS', '', message, { value: inputs.facts.place })] }
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

function factsFor(lb: LoadBalancer, { provider, nodes, inputs, asked }: Run): ReadonlyMap<string, Fact> {
  const given = inputs.facts?.values
  const facts = new Map<string, Fact>()
  for (const { key, what } of provider.lookups(lb, nodes)) {
    // A part of a key that only the nodes decide, such as a hash, need not be written.
    const short = withoutLast(key)
    const written = given?.has(key) !== true && given?.has(short) === true ? short : key
    asked.add(written)
    const value = given?.get(written)
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
