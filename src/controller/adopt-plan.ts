/**
 * What would become ours of what other controllers built, and what the controller would do with it after that. Decided
 * from one look at cluster and cloud; nothing is written here.
 */
import { marksStep } from '../plan/marks.ts'
import { acceptedAnnotation, adoptedFrom, claim, finalizer } from '../model/claim.ts'
import { ownerOf } from '../model/from-service.ts'
import type { ServiceObject } from '../model/objects.ts'
import { error, hasError, type Problem } from '../model/problem.ts'
import type { Step } from '../plan/plan.ts'
import { refKey, type Observed, type Owner } from '../plan/resource.ts'
import type { Adoption, Asked, Matched, Take } from '../provider/adoption.ts'
import type { Cluster } from '../provider/blueprint.ts'
import type { Provider } from '../provider/provider.ts'
import { inputOf, writeAccepted, type Accepted } from './accepted.ts'
import type { Preview, Wanted } from './preview.ts'

export interface AdoptParts {
  /** What the controller would do if these were the Services, and these objects in the cloud were ours. */
  readonly see: (services: readonly ServiceObject[], ours: readonly Observed[]) => Promise<Preview>
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
  /** Whether anything in the cloud, or its address, tells of another controller. */
  readonly isTraced: boolean
  readonly wanted: Wanted
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

/** `isAsked`: which of them may be taken over, if another controller made something for them. */
export async function planAdoption(
  parts: AdoptParts,
  services: readonly ServiceObject[],
  isAsked: (service: ServiceObject) => boolean,
  signal: AbortSignal,
): Promise<AdoptPlan> {
  const { see, adoption, cluster } = parts
  const asked = services.filter((service) => mayBeTaken(service) && isAsked(service))
  if (asked.length === 0) return nothing
  const shown = withOurs(services, asked, asWanted)
  const first = await see(shown, [])
  const candidates = asked.filter((service) => isBegun(service) || first.ownedBy(uidOf(service)).length === 0)
  const bodies = candidates.flatMap((service) =>
    first.wanted(uidOf(service)).resources.flatMap(({ body, key }) => (body === 'foreign' ? [key] : [])),
  )
  const survey = await adoption.survey(cluster, [...new Set(bodies)], signal)
  const matchAll = (seen: Preview) =>
    candidates.map((service) => matchOf(parts, survey, service, seen.wanted(uidOf(service))))
  const early = matchAll(first).flatMap(({ takes }) => takes)
  // What exists has a say in what is wanted: a load balancer keeps its subnets, and whether it has groups.
  const second = early.length === 0 ? first : await see(shown, becoming(early))
  const matches = matchAll(second)
  const found = candidates.map((service, at): Adoptee => {
    const wanted = second.wanted(uidOf(service))
    const { peer, takes = [], problems = [] } = matches[at] ?? {}
    return {
      service,
      owner: ownerOf(service),
      peer,
      isTraced: peer !== undefined || problems.length > 0,
      wanted,
      takes,
      problems: [...wanted.problems, ...problems, ...notClaimed(parts, service, peer)],
    }
  })
  const able = found.filter(({ peer, problems }) => peer !== undefined && !hasError(problems))
  const taken = able.map((one) => ({ ...askedOf(one.service, one.wanted), ...matchedOf(one) }))
  const shared = adoption.shared(survey, taken, cluster)
  const takes = [...able.flatMap((one) => one.takes), ...shared.takes]
  const uids = new Set(able.map(({ owner }) => owner.uid))
  const last =
    able.length === 0
      ? first
      : await see(
          withOurs(
            services,
            able.map(({ service }) => service),
            asAdopted(parts.provider),
          ),
          becoming(takes),
        )
  return {
    ready: able.map((one) => ({
      ...one,
      wanted: last.wanted(one.owner.uid),
      problems: [
        ...one.problems,
        ...shared.problems.flatMap(({ owner, problem }) => (owner.uid === one.owner.uid ? [problem] : [])),
      ],
    })),
    blocked: found.filter((one) => !able.includes(one)),
    shared: shared.takes,
    marks: takes.flatMap((take) => markOf(adoption, take) ?? []),
    later:
      able.length === 0 ? [] : last.steps.filter(({ owners }) => owners.some(({ uid }) => uids.has(uid))),
  }
}

const nothing: AdoptPlan = { ready: [], blocked: [], shared: [], marks: [], later: [] }

const uidOf = (service: ServiceObject): string => ownerOf(service).uid

const isBegun = (service: ServiceObject): boolean => adoptedFrom(service) !== undefined

/** Whether a Service may be another controller's, as far as it tells itself. */
const mayBeTaken = (service: ServiceObject): boolean =>
  isBegun(service) ||
  (service.spec?.type === 'LoadBalancer' &&
    service.metadata.deletionTimestamp === undefined &&
    service.metadata.annotations?.[acceptedAnnotation] === undefined)

const becoming = (takes: readonly Take[]): readonly Observed[] => takes.map(({ becomes }) => becomes)

function withOurs(
  services: readonly ServiceObject[],
  taken: readonly ServiceObject[],
  ours: (service: ServiceObject) => ServiceObject,
): readonly ServiceObject[] {
  const all = new Set(taken)
  return services.map((service) => (all.has(service) ? ours(service) : service))
}

function marked(service: ServiceObject, accepted: Accepted): ServiceObject {
  const { metadata } = service
  const annotations = { ...metadata.annotations, [acceptedAnnotation]: writeAccepted(accepted) }
  const finalizers = [...new Set([...(metadata.finalizers ?? []), finalizer])]
  return { ...service, metadata: { ...metadata, annotations, finalizers } }
}

/** Ours, with nothing applied yet; one that is being deleted too, so that it tells what it would have. */
function asWanted(service: ServiceObject): ServiceObject {
  const { deletionTimestamp: _deleted, ...metadata } = service.metadata
  return marked({ ...service, metadata }, { version: 1 })
}

const asAdopted =
  ({ annotations }: Provider) =>
  (service: ServiceObject): ServiceObject =>
    marked(service, { version: 1, input: inputOf(service, annotations) })

export const markOf = ({ peers }: Adoption, { peer, seen, becomes }: Take): Step | undefined =>
  marksStep(seen, becomes, `made by ${peers[peer]?.title ?? peer}`)

const matchedOf = ({ peer, takes, problems }: Adoptee): Matched => ({
  takes,
  problems,
  ...(peer === undefined ? {} : { peer }),
})

function askedOf(service: ServiceObject, { resources }: Wanted): Asked {
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
  wanted: Wanted,
): Matched => {
  const begun = adoptedFrom(service)
  return adoption.match(survey, askedOf(service, wanted), cluster, begun === undefined ? from : [begun])
}

/** A Service of another's class would be released, and all that was taken removed, as soon as it is ours. */
function notClaimed(
  { provider, loadBalancerClass }: AdoptParts,
  service: ServiceObject,
  peer: string | undefined,
): readonly Problem[] {
  if (peer === undefined || service.metadata.deletionTimestamp !== undefined) return []
  const claimed = claim(marked(service, { version: 1 }), {
    adopt: true,
    ownsObjects: true,
    foreignFinalizers: provider.foreignFinalizers,
    ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }),
  })
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
