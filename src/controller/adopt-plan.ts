/**
 * What would become ours of what other controllers built, and what the controller would do with it after that. Decided
 * from one look at cluster and cloud; nothing is written here.
 */
import { marksStep } from '../plan/marks.ts'
import { acceptedAnnotation, adoptedFrom, claim } from '../model/claim.ts'
import { ownerOf } from '../model/from-service.ts'
import type { ServiceObject } from '../model/objects.ts'
import { error, hasError, type Problem } from '../model/problem.ts'
import type { Step } from '../plan/plan.ts'
import { refKey, type Observed, type Owner } from '../plan/resource.ts'
import type { Adoption, Asked, Matched, Take } from '../provider/adoption.ts'
import type { Cluster } from '../provider/blueprint.ts'
import type { Provider } from '../provider/provider.ts'
import { writeAccepted } from './accepted.ts'
import type { Decision } from './decide.ts'
import type { Look } from './look.ts'

export interface AdoptParts {
  readonly look: Look
  readonly provider: Provider
  readonly adoption: Adoption
  readonly cluster: Cluster
  readonly loadBalancerClass?: string
  /** Whose load balancers may be taken. */
  readonly from: readonly string[]
}

/** One Service that another controller has been serving. */
export interface Adoptee {
  readonly service: ServiceObject
  readonly owner: Owner
  /** Undefined where nothing was found that another controller made for it. */
  readonly peer: string | undefined
  readonly decision: Decision
  readonly takes: readonly Take[]
  readonly problems: readonly Problem[]
}

export interface AdoptPlan {
  /** Can be taken over now. */
  readonly ready: readonly Adoptee[]
  /** Something stands in the way. */
  readonly blocked: readonly Adoptee[]
  /** Objects that several of those that are ready have in common. */
  readonly shared: readonly Take[]
  /** What is written on objects to make them ours. */
  readonly marks: readonly Step[]
  /** What the controller would do once all that is ready is ours. */
  readonly later: readonly Step[]
}

/** `candidates`: Services that are not ours, and those whose adoption was begun. */
export async function planAdoption(
  parts: AdoptParts,
  candidates: readonly ServiceObject[],
  signal: AbortSignal,
): Promise<AdoptPlan> {
  const { look, adoption, cluster } = parts
  const asked: { service: ServiceObject; decision: Decision }[] = []
  for (const service of candidates) asked.push({ service, decision: await look.decide(service, signal, []) })
  const bodies = asked.flatMap(({ decision }) =>
    decision.resources.flatMap(({ body, key }) => (body === 'foreign' ? [key] : [])),
  )
  const survey = await adoption.survey(cluster, [...new Set(bodies)], signal)
  const found: Adoptee[] = []
  for (const { service, decision } of asked) {
    const first = matchOf(parts, survey, service, decision)
    // What exists has a say in what is wanted: a load balancer keeps its subnets, and whether it has groups.
    const again = await look.decide(
      service,
      signal,
      first.takes.map(({ becomes }) => becomes),
    )
    const matched = matchOf(parts, survey, service, again)
    const problems = [...again.problems, ...matched.problems, ...notClaimed(parts, service, matched.peer)]
    found.push({
      service,
      owner: ownerOf(service),
      peer: matched.peer,
      decision: again,
      takes: matched.takes,
      problems,
    })
  }
  const able = found.filter(({ peer, problems }) => peer !== undefined && !hasError(problems))
  const taken = able.map((one) => ({ ...askedOf(one.service, one.decision), ...matchedOf(one) }))
  const shared = adoption.shared(survey, taken, cluster)
  const ready = able.map((one) => ({
    ...one,
    problems: [
      ...one.problems,
      ...shared.problems.flatMap(({ owner, problem }) => (owner.uid === one.owner.uid ? [problem] : [])),
    ],
  }))
  const takes = [...ready.flatMap((one) => one.takes), ...shared.takes]
  return {
    ready,
    blocked: found.filter((one) => !able.includes(one)),
    shared: shared.takes,
    marks: takes.flatMap((take) => markOf(adoption, take) ?? []),
    later: await laterSteps(look, ready, takes, signal),
  }
}

export const markOf = ({ peers }: Adoption, { peer, seen, becomes }: Take): Step | undefined =>
  marksStep(seen, becomes, `made by ${peers[peer]?.title ?? peer}`)

const matchedOf = ({ peer, takes, problems }: Adoptee): Matched => ({
  takes,
  problems,
  ...(peer === undefined ? {} : { peer }),
})

function askedOf(service: ServiceObject, { resources }: Decision): Asked {
  const entries = service.status?.loadBalancer?.ingress ?? []
  return {
    owner: ownerOf(service),
    wanted: resources,
    addresses: entries.flatMap(({ hostname, ip }) => (hostname ?? ip ?? '').toLowerCase() || []),
  }
}

const matchOf = (
  { adoption, cluster, from }: AdoptParts,
  survey: readonly Observed[],
  service: ServiceObject,
  decision: Decision,
): Matched => {
  const begun = adoptedFrom(service)
  return adoption.match(survey, askedOf(service, decision), cluster, begun === undefined ? from : [begun])
}

/** A Service of another's class would be released, and all that was taken removed, as soon as it is ours. */
function notClaimed(
  { provider, loadBalancerClass }: AdoptParts,
  service: ServiceObject,
  peer: string | undefined,
): readonly Problem[] {
  if (peer === undefined || service.metadata.deletionTimestamp !== undefined) return []
  const mark = { [acceptedAnnotation]: writeAccepted({ version: 1 }) }
  const marked = { ...service.metadata, annotations: { ...service.metadata.annotations, ...mark } }
  const claimed = claim(
    { ...service, metadata: marked },
    {
      adopt: true,
      ownsObjects: true,
      foreignFinalizers: provider.foreignFinalizers,
      ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }),
    },
  )
  if (claimed.is === 'ours') return []
  const wanted = service.spec?.loadBalancerClass ?? ''
  return [
    error('LB_ADOPT_CLASS', 'spec.loadBalancerClass', claimed.why, {
      value: wanted,
      ...(wanted === ''
        ? {}
        : {
            hint: `set loadBalancerClass: ${wanted} here and for the controller; a Service keeps its class`,
          }),
    }),
  ]
}

/** The controller's own plan, on a picture in which everything is ours already. */
async function laterSteps(
  look: Look,
  ready: readonly Adoptee[],
  takes: readonly Take[],
  signal: AbortSignal,
): Promise<readonly Step[]> {
  if (ready.length === 0) return []
  for (const { becomes } of takes) {
    const known = look.inventory.get(becomes.kind, becomes.id)
    const parts = becomes.body === 'foreign' ? { ...known?.parts, ...becomes.parts } : becomes.parts
    look.inventory.wrote(parts === undefined ? becomes : { ...becomes, parts })
  }
  for (const { service, decision } of ready) look.want(service, decision)
  const uids = new Set(ready.map(({ owner }) => owner.uid))
  const { steps } = await look.walk(signal)
  return steps.filter((step) => step.owners.some(({ uid }) => uids.has(uid)))
}

/** What is left of the plan for one Service when its objects are ours; nothing means that all is as we want it. */
export const laterOf = ({ later }: AdoptPlan, { owner }: Adoptee): readonly Step[] =>
  later.filter((step) => step.owners.some(({ uid }) => uid === owner.uid))

/** Takes by the object, so that one is written once. */
export const takesOf = ({ ready, shared }: AdoptPlan): ReadonlyMap<string, Take> =>
  new Map(
    [...ready.flatMap(({ takes }) => takes), ...shared].map((take) => [
      `${refKey(take.seen)} ${take.seen.id}`,
      take,
    ]),
  )

/** Whether a Service may be another controller's: nothing of it is ours, or its takeover was begun. */
export function isCandidate(look: Look, service: ServiceObject): boolean {
  if (adoptedFrom(service) !== undefined) return true
  const { metadata, spec } = service
  return (
    spec?.type === 'LoadBalancer' &&
    metadata.deletionTimestamp === undefined &&
    metadata.annotations?.[acceptedAnnotation] === undefined &&
    look.inventory.ofOwner(metadata.uid ?? '').length === 0
  )
}
