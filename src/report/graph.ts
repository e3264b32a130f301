import { refsIn, refsInPart } from '../plan/leaves.ts'
import type { Action, Step } from '../plan/plan.ts'
import { titleOf } from '../plan/render-value.ts'
import { refKey, type Ref, type Resource } from '../plan/resource.ts'
import { plural, type CloudReport, type ServiceReport } from './report.ts'
import { rankOf, roleOf, type Column } from './roles.ts'

export interface GraphNode {
  readonly id: string
  /** In one line, for text. */
  readonly title: string
  /** What stands in the box: the kind, the key, how many parts. */
  readonly lines: readonly string[]
  readonly column: Column
  /** `there`: it is referred to or needs no change; `actor`: clients and nodes. */
  readonly state: Action | 'there' | 'actor'
  readonly shared: boolean
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  /** No traffic passes here: a check, a rule, an order. */
  readonly aside: boolean
}

export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

const client = 'client'
const targets = 'nodes'

/** Looked up for every Service of a cloud; made once. */
export interface PlanIndex {
  readonly steps: ReadonlyMap<string, Step>
  /** Objects that several Services contribute to. */
  readonly shared: ReadonlySet<string>
  readonly nodes: number | undefined
}

export function indexPlan({ plan, services, nodes }: CloudReport): PlanIndex {
  const steps = new Map<string, Step>()
  for (const step of plan.steps) if (!steps.has(refKey(step))) steps.set(refKey(step), step)
  const seen = new Set<string>()
  const shared = new Set<string>()
  for (const { resources } of services)
    for (const key of new Set(resources.map(refKey))) {
      if (seen.has(key)) shared.add(key)
      seen.add(key)
    }
  return { steps, shared, nodes }
}

/** The objects of one Service, what they refer to, and the way of a connection through them, from clients to nodes. */
export function graphOf({ resources }: ServiceReport, index: PlanIndex): Graph {
  if (resources.length === 0) return { nodes: [], edges: [] }
  const nodes = new Map<string, GraphNode>()
  for (const resource of resources) nodes.set(refKey(resource), objectNode(resource, index))
  const edges = new Map<string, GraphEdge>()
  const add = (edge: GraphEdge): void => {
    const id = `${edge.from}\u0000${edge.to}`
    if (edge.from !== edge.to && !edges.has(id)) edges.set(id, edge)
  }
  for (const resource of resources)
    for (const to of refsFrom(resource)) {
      if (!nodes.has(refKey(to))) nodes.set(refKey(to), referred(to, index))
      add(along(resource, to))
    }
  // A pool that names its balancer, too, shows already where the way leads through a listener.
  for (const [id, edge] of edges) if (leadsElsewhere(edge, [...edges.values()])) edges.delete(id)
  const all = [...nodes.values()]
  const way = all.filter(({ id }) => !isAside(id, resources))
  const first = Math.min(...way.map(({ column }) => rankOf(column)))
  const entered = way.filter(
    ({ id, column }) =>
      rankOf(column) === first || (rankOf(column) <= rankOf('front') && !hasInto(id, edges)),
  )
  for (const { id } of entered) add({ from: client, to: id, aside: false })
  const from = new Set([...edges.values()].filter(({ aside }) => !aside).map((edge) => edge.from))
  for (const { id } of way) if (!from.has(id)) add({ from: id, to: targets, aside: false })
  for (const { id, column } of all)
    if (isAside(id, resources) && !hasAny(id, edges) && column === 'group')
      add({ from: id, to: targets, aside: true })
  return { nodes: [clientNode, ...all, targetsNode(index)], edges: [...edges.values()] }
}

const clientNode: GraphNode = {
  id: client,
  title: 'clients',
  lines: ['clients'],
  column: 'client',
  state: 'actor',
  shared: false,
}

const targetsNode = ({ nodes }: PlanIndex): GraphNode => ({
  ...clientNode,
  id: targets,
  title: 'nodes',
  lines: nodes === undefined ? ['nodes', 'known at apply'] : [plural(nodes, 'node')],
  column: 'nodes',
})

function objectNode(resource: Resource, { steps, shared }: PlanIndex): GraphNode {
  const id = refKey(resource)
  const parts = Object.keys(resource.parts ?? {})
  return {
    id,
    title: titleOf(resource),
    lines: [...nameOf(resource), ...(parts.length === 0 ? [] : [plural(parts.length, 'part')])],
    column: roleOf(resource.kind).column,
    state: steps.get(id)?.action ?? 'there',
    shared: shared.has(id),
  }
}

const referred = (to: Ref, { steps, shared }: PlanIndex): GraphNode => ({
  id: refKey(to),
  title: titleOf(to),
  lines: nameOf(to),
  column: roleOf(to.kind).column,
  state: steps.get(refKey(to))?.action ?? 'there',
  shared: shared.has(refKey(to)),
})

const nameOf = ({ kind, key }: Pick<Ref, 'kind' | 'key'>): readonly string[] => [
  kind.replaceAll('-', ' '),
  key,
]

const refsFrom = (resource: Resource): readonly Ref[] => [
  ...refsIn(resource.spec),
  ...(resource.within === undefined ? [] : [resource.within]),
  ...(resource.needs ?? []),
  ...Object.values(resource.parts ?? {}).flatMap((part) => refsInPart(part)),
]

/** Whether other edges lead from one end to the other. */
function leadsElsewhere(edge: GraphEdge, edges: readonly GraphEdge[]): boolean {
  const others = edges.filter((other) => other !== edge && other.aside === edge.aside)
  const reached = new Set([edge.from])
  for (const at of reached) for (const { from, to } of others) if (from === at) reached.add(to)
  return reached.has(edge.to)
}

/** Clouds let the later object name the earlier one, or the other way round; a connection goes from front to back. */
function along(resource: Resource, to: Ref): GraphEdge {
  const [mine, theirs] = [roleOf(resource.kind), roleOf(to.kind)]
  const aside = mine.aside === true || theirs.aside === true
  const [from, into] = [refKey(resource), refKey(to)]
  const backwards = theirs.aside !== true && rankOf(theirs.column) < rankOf(mine.column)
  return backwards ? { from: into, to: from, aside } : { from, to: into, aside }
}

function isAside(id: string, resources: readonly Resource[]): boolean {
  const kind = resources.find((one) => refKey(one) === id)?.kind ?? id.split('\u0001')[1] ?? ''
  return roleOf(kind).aside === true
}

const hasInto = (id: string, edges: ReadonlyMap<string, GraphEdge>): boolean =>
  [...edges.values()].some(({ to, aside }) => to === id && !aside)
const hasAny = (id: string, edges: ReadonlyMap<string, GraphEdge>): boolean =>
  [...edges.values()].some(({ from, to }) => from === id || to === id)
