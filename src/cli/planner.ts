import { fromService, ownerOf } from '../model/from-service.ts'
import type { LoadBalancer, Owner } from '../model/load-balancer.ts'
import { targetNodes, type TargetNode } from '../model/nodes.ts'
import type { ServiceObject } from '../model/objects.ts'
import { otherService, type Others } from '../model/others.ts'
import { error, hasError, type Problem } from '../model/problem.ts'
import { shapeOf } from '../model/service-shape.ts'
import type { Contribution } from '../plan/merge.ts'
import { planOffline, type OfflinePlan } from '../plan/offline.ts'
import type { Located } from '../config/located.ts'
import type { Blueprint, Cluster, Desired, Fact } from '../provider/blueprint.ts'
import { plural, type ServiceReport } from '../report/report.ts'
import type { Inputs } from './dry-run-inputs.ts'
import { knownOf, type Known } from './given-facts.ts'
import { withoutLoadBalancer } from './no-load-balancer.ts'

/** One Service on one cloud, alone. */
interface Planned extends Pick<ServiceReport, 'outcome' | 'note'> {
  readonly owner: Owner
  readonly problems: readonly Problem[]
  readonly contribution?: Contribution
  /** Read as `externalTrafficPolicy: Local`. */
  readonly local: boolean
}

/** The road of the controller, on files: what it would look up is taken from `--facts` or left open. */
export interface Planner {
  readonly blueprint: Blueprint
  readonly nodes: readonly TargetNode[] | undefined
  /** Of the facts. */
  readonly problems: readonly Located[]
  one(service: ServiceObject): Planned
  /** What a Service contributes without some of its ports, by their place in the list; undefined where nothing is left. */
  without(service: ServiceObject, ports: ReadonlySet<number>): Contribution | undefined
  all(contributions: readonly Contribution[]): OfflinePlan
}

export async function createPlanner(
  blueprint: Blueprint,
  inputs: Inputs,
  namespace: string,
): Promise<Planner> {
  const cluster: Cluster = { name: inputs.config?.clusterName ?? '', ...inputs.facts?.cluster }
  const known = await knownOf(blueprint, inputs.facts, cluster)
  const nodes = inputs.nodes === undefined ? undefined : targetNodes(inputs.nodes)
  const given = new Map(
    inputs.manifests.services.map(({ object }) => [
      `${object.metadata.namespace ?? namespace}/${object.metadata.name}`,
      object,
    ]),
  )
  const run: Run = { blueprint, namespace, nodes: nodes ?? [], inputs, cluster, known, given }
  return {
    blueprint,
    nodes,
    problems: known.problems,
    one: (service) => planOne(service, run),
    without: (service, ports) => planOne(service, run, ports).contribution,
    all: (contributions) => planOffline(blueprint, contributions, known.observed),
  }
}

interface Run {
  readonly blueprint: Blueprint
  readonly namespace: string
  readonly nodes: readonly TargetNode[]
  readonly inputs: Inputs
  readonly cluster: Cluster
  readonly known: Known
  /** Services of the files, by `namespace/name`. */
  readonly given: ReadonlyMap<string, ServiceObject>
}

function planOne(object: ServiceObject, run: Run, without: ReadonlySet<number> = new Set()): Planned {
  const { blueprint, inputs } = run
  const { metadata } = object
  const service = { ...object, metadata: { ...metadata, namespace: metadata.namespace ?? run.namespace } }
  const owner = ownerOf(service)
  const note = withoutLoadBalancer(service, [inputs.config?.loadBalancerClass, ...blueprint.classes])
  if (note !== undefined) return { owner, outcome: 'none', note, problems: [], local: false }

  const { lb: whole, problems } = fromService(service, {
    provider: blueprint.name,
    table: blueprint.annotations,
    can: blueprint.can,
    origin: 'file',
  })
  if (whole === undefined) return invalid(owner, problems)
  const lb = { ...whole, ports: whole.ports.filter(({ index }) => !without.has(index)) }
  if (lb.ports.length === 0) return invalid(owner, problems)
  const desired = desiredOf(lb, run)
  const all = [...problems, ...desired.problems]
  if (hasError(desired.problems)) return invalid(owner, all)
  return {
    owner,
    outcome: 'planned',
    ...noteOf(all),
    problems: all,
    contribution: { owner, created: lb.created, resources: desired.resources, leave: lb.allowsOutage },
    local: lb.trafficPolicy === 'Local',
  }
}

/** A facts file is written by hand: one of another shape than the provider's must not end in a stack trace. */
function desiredOf(lb: LoadBalancer, run: Run): Desired {
  const { blueprint, inputs } = run
  try {
    return blueprint.desired(lb, {
      cluster: run.cluster,
      nodes: run.nodes,
      ...(inputs.nodes === undefined
        ? { nodesUnknown: 'the nodes of the cluster; --nodes FILE names them' }
        : {}),
      facts: factsFor(lb, run),
      observed: run.known.observed,
      others: othersIn(blueprint.refersTo?.(lb) ?? [], lb.namespace, run),
    })
  } catch (thrown) {
    if (inputs.facts === undefined) throw thrown
    const message = `${blueprint.name} cannot read these facts: ${thrown instanceof Error ? thrown.message : String(thrown)}`
    return { resources: [], problems: [error('LB_FACTS', '', message)] }
  }
}

/** What is not in the files, or cannot be read there, may be in the cluster. */
const othersIn = (names: readonly string[], namespace: string, { given }: Run): Others =>
  new Map(
    names.flatMap((name) => {
      const found = given.get(`${namespace}/${name}`)
      const other = found === undefined ? undefined : shapeOf(found).service
      return other === undefined ? [] : [[name, otherService(other.spec ?? {})] as const]
    }),
  )

const invalid = (owner: Owner, problems: readonly Problem[]): Planned => ({
  owner,
  outcome: 'invalid',
  ...noteOf(problems, 'not planned: '),
  problems,
  local: false,
})

/** `2 errors, 1 warning`: what is said beside the name of a Service. */
export function noteOf(problems: readonly Problem[], prefix = ''): { note?: string } {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const warnings = problems.filter(({ severity }) => severity === 'warning').length
  const counts = [
    ...(errors === 0 ? [] : [plural(errors, 'error')]),
    ...(warnings === 0 ? [] : [plural(warnings, 'warning')]),
  ]
  return counts.length === 0 ? {} : { note: prefix + counts.join(', ') }
}

function factsFor(lb: LoadBalancer, { blueprint, nodes, known }: Run): ReadonlyMap<string, Fact> {
  const facts = new Map<string, Fact>()
  for (const asked of blueprint.lookups(lb, nodes))
    facts.set(asked.key, blueprint.facts.answer(asked, known.given, nodes))
  return facts
}
