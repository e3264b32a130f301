/**
 * Public IP addresses as they are made, changed and let go. The peer takes an address for its own by the tag of the
 * Service; we ask for name, tag and cluster too. So an address that a case means to be the Service's gets the name that
 * it would have here, and an unwanted one the name of one that came from another prefix.
 */
import { desiredFor } from '../../../providers/azure/desired.ts'
import { defaultConfig } from '../../../providers/azure/config.ts'
import { publicIPForm } from '../../../providers/azure/kinds/public-ip.ts'
import { createBlueprint } from '../../../providers/azure/blueprint.ts'
import { publicIPIdentity, publicIPName, stemOf } from '../../../providers/azure/names.ts'
import { clusterNameTag, clusterTag, serviceTag, tagsOn, uidTag } from '../../../providers/azure/tags.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Family } from '../../../src/model/load-balancer.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { hasError } from '../../../src/model/problem.ts'
import { planOffline } from '../../../src/plan/offline.ts'
import type { Plan, Step } from '../../../src/plan/plan.ts'
import type { Observed, Resource } from '../../../src/plan/resource.ts'
import type { Compare, Vector } from '../vector.ts'
import { bodiesIn, objectIn, publicIPsIn, textIn } from './bodies.ts'
import { differences } from './differences.ts'
import { publicIPsIn as factsIn } from './public-ip-facts.ts'
import { read } from './service.ts'
import { configOf, contextOf, familyWanted, type World } from './wish.ts'

const prefix = 'service.beta.kubernetes.io/azure-'

interface Context {
  readonly clusterName?: string
  readonly pipName?: string
  readonly desiredPipName?: string
  readonly existingPIPs?: unknown
  readonly existingPip?: unknown
  readonly pip?: unknown
  readonly inputPIP?: unknown
  readonly loadBalancerSKU?: string
  readonly sku?: string
  readonly inputDNSLabel?: string
  readonly dnsLabelAnnotationPresent?: boolean
  readonly enableIPTagMutation?: boolean
  readonly enableMutation?: boolean
  readonly wantLb?: boolean
  readonly lbShouldExist?: boolean
  readonly lbIsInternal?: boolean
  readonly isUserAssignedPIP?: boolean
  readonly serviceReferences?: readonly string[]
  readonly ipTagRequest?: {
    readonly ipTags?: readonly { readonly ipTagType: string; readonly tag: string }[]
  }
}

const contextIn = (one: Vector): Context => one.context

const skuOf = (name = ''): 'standard' | 'basic' => (name.toLowerCase() === 'standard' ? 'standard' : 'basic')

interface Named {
  readonly clusterName: string
  readonly service: ServiceObject
  readonly families: readonly Family[]
}

/** The name that the Service's own address has here. */
function ownName({ clusterName, service, families }: Named, family: Family): string {
  const { uid } = service.metadata
  const stem = stemOf({ ...(uid === undefined ? {} : { uid }), owner: { name: '' } })
  return publicIPName({ clusterName, stem, family, dualStack: families.length > 1 })
}

const servicesIn = (body: JsonObject): readonly string[] =>
  textIn(objectIn(body, 'tags'), serviceTag)
    .split(',')
    .filter((name) => name !== '')

interface Decided {
  readonly refused: boolean
  readonly plan: Plan
  readonly observed: readonly Observed[]
  readonly wanted: readonly Resource[]
}

function decide(
  service: ServiceObject,
  bodies: readonly JsonObject[],
  world: World,
  wanted: boolean,
): Decided {
  const { clusterName = 'kubernetes' } = world
  const observed = publicIPsIn(bodies, clusterName)
  const whole: World = { ...factsIn(bodies), ...world, observed }
  const { lb } = read(service, whole)
  const config = configOf(whole)
  const blueprint = createBlueprint(config)
  if (lb === undefined) return { refused: true, plan: planOffline(blueprint, []), observed, wanted: [] }
  const vector = { service } as unknown as Vector
  const { resources, problems } = desiredFor(lb, contextOf(vector, whole), config)
  const ours = wanted ? resources.filter(({ kind }) => kind === 'public-ip') : []
  // Who is refused keeps what he has.
  const refused = wanted && hasError(problems)
  const contributions = refused ? [] : [{ owner: lb.owner, created: '', resources: ours }]
  return {
    refused,
    plan: planOffline(blueprint, contributions, observed),
    observed,
    wanted: ours,
  }
}

const withAnnotations = (service: ServiceObject, more: Readonly<Record<string, string>>): ServiceObject => ({
  ...service,
  metadata: { ...service.metadata, annotations: { ...service.metadata.annotations, ...more } },
})

const serviceIn = ({ service }: Vector): ServiceObject => ({
  ...service,
  metadata: {
    namespace: 'default',
    uid: 'svc',
    ...service?.metadata,
    name: service?.metadata?.name ?? 'svc',
  },
})

const fullName = ({ metadata }: ServiceObject): string =>
  `${metadata.namespace ?? 'default'}/${metadata.name}`

/** Only what a body carries beside our own marks. */
const withoutMarks = (tags: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(tags).filter(([key]) => ![clusterTag, uidTag, clusterNameTag].includes(key)),
  )

/** What a body becomes when the fields that are asked for are written over it. */
function written(seen: Json | undefined, want: Json | undefined): Json {
  if (want === undefined) return seen ?? {}
  if (!isObject(seen) || !isObject(want)) return want
  return Object.fromEntries(
    [...new Set([...Object.keys(seen), ...Object.keys(want)])].map((key) => [
      key,
      written(seen[key], want[key]),
    ]),
  )
}

export const ensured: Compare = (one) => {
  const {
    pipName = '',
    existingPIPs,
    inputDNSLabel,
    dnsLabelAnnotationPresent,
    loadBalancerSKU,
  } = contextIn(one)
  const family = familyWanted(one)
  const label = dnsLabelAnnotationPresent === true && inputDNSLabel !== undefined ? inputDNSLabel : ''
  const existing = bodiesIn(existingPIPs).find((body) => textIn(body, 'name') === pipName)
  // What carries no tag of a Service was made by somebody else: the Service names it.
  const given = existing !== undefined && servicesIn(existing).length === 0
  const service = withAnnotations(serviceIn(one), {
    ...(label === '' ? {} : { [`${prefix}dns-label-name`]: label }),
    ...(given ? { [`${prefix}pip-name`]: pipName } : {}),
  })
  const own = given ? pipName : ownName({ clusterName: 'kubernetes', service, families: [family] }, family)
  const config = { loadBalancerSku: skuOf(loadBalancerSKU) }
  const sku = { name: config.loadBalancerSku === 'standard' ? 'Standard' : 'Basic' }
  const bodies = bodiesIn(existingPIPs).map((body) => ({
    sku,
    ...body,
    ...(body['name'] === pipName ? { name: own } : {}),
  }))
  const { refused, wanted, observed } = decide(service, bodies, { families: [family], config }, true)
  const expected = one.expected as { readonly error?: unknown; readonly publicIP?: JsonObject | null }
  const error = differences(
    expected.error !== false && expected.error !== null && expected.error !== undefined,
    refused,
    'error',
  )
  if (refused || !isObject(expected.publicIP)) return error
  const want = wanted.find(({ key }) => key === own)
  const seen = observed.find(({ key }) => key === own)
  const after = written(seen?.spec, want?.spec)
  const body = isObject(after) ? after : {}
  const address = seen?.out['address']
  const made = (want ?? (given ? seen : undefined)) !== undefined
  // Of an address that is new, a case may tell no more than that there is one.
  if (expected.publicIP['name'] === undefined) return [...error, ...differences(true, made, 'made')]
  return [
    ...error,
    ...differences(textIn(expected.publicIP, 'name') === pipName, made, 'name'),
    ...differences(
      objectIn(withMethod(expected.publicIP), 'properties'),
      {
        ...objectIn(withMethod(body), 'properties'),
        ...(address === undefined ? {} : { ipAddress: address }),
      },
      'properties',
    ),
    ...differences(objectIn(expected.publicIP, 'tags'), withoutMarks(objectIn(body, 'tags')), 'tags'),
  ]
}

/** An address that Azure has is allocated in one way or the other. */
function withMethod(body: JsonObject): JsonObject {
  if (!isObject(body['properties'])) return body
  return { ...body, properties: { publicIPAllocationMethod: 'Static', ...body['properties'] } }
}

/** Whether a step does more than setting our own marks. */
const matters = (step: Step): boolean =>
  step.action !== 'update' || (step.fields ?? []).some(({ path }) => !path.startsWith('tags.'))

export const reconciled: Compare = (one) => {
  const { clusterName = 'kubernetes', existingPIPs, wantLb, enableIPTagMutation } = contextIn(one)
  const service = serviceIn(one)
  const families = (service.spec?.ipFamilies ?? ['IPv4']) as readonly Family[]
  const own = families.map((family) => ownName({ clusterName, service, families }, family))
  const { annotations = {} } = service.metadata
  const named = ['pip-name', 'pip-name-ipv6'].map((key) => annotations[`${prefix}${key}`])
  const bodies = bodiesIn(existingPIPs).map((body) => {
    const name = textIn(body, 'name')
    const its = servicesIn(body).includes(fullName(service))
    return withMethod(
      its && !named.includes(name) && !own.includes(name)
        ? { ...body, name: `${own[0] ?? ''}-${name}` }
        : body,
    )
  })
  const config = { changeIPTags: enableIPTagMutation === true }
  const { refused, plan } = decide(service, bodies, { clusterName, families, config }, wantLb !== false)
  const steps = refused ? [] : plan.steps.filter(matters)
  const expected = one.expected as {
    readonly error?: unknown
    readonly createOrUpdateCount?: number
    readonly deleteCount?: number
  }
  const failed = expected.error !== false && expected.error !== null && expected.error !== undefined
  const count = (gone: boolean): number => steps.filter(({ action }) => (action === 'delete') === gone).length
  return [
    ...differences(failed, refused, 'error'),
    ...differences(expected.createOrUpdateCount ?? 0, count(false), 'createOrUpdateCount'),
    ...differences(expected.deleteCount ?? 0, count(true), 'deleteCount'),
  ]
}

/** Let go: deleted, be it to be made anew. What another Service may need waits, and so is not let go. */
export const released: Compare = (one) => {
  const context = contextIn(one)
  const body = isObject(context.existingPip) ? context.existingPip : {}
  const service = serviceIn(one)
  const tags = context.ipTagRequest?.ipTags ?? []
  const asked = tags.map(({ ipTagType, tag }) => `${ipTagType}=${tag}`).join(',')
  const families = ['IPv4'] as const
  const own = ownName({ clusterName: 'kubernetes', service, families }, 'IPv4')
  const other = (context.serviceReferences ?? []).map((name) => `default/${name}`)
  const seen: JsonObject = {
    ...body,
    properties: {
      publicIPAddressVersion: 'IPv4',
      publicIPAllocationMethod: 'Static',
      ...objectIn(body, 'properties'),
    },
    name: textIn(body, 'name') === context.desiredPipName ? own : `${own}-other`,
    // The tag of a Service is what an address that somebody else made does not have.
    ...(context.isUserAssignedPIP === true
      ? {}
      : { tags: { ...objectIn(body, 'tags'), [serviceTag]: [fullName(service), ...other].join(',') } }),
  }
  const wanted = withAnnotations(service, {
    ...(asked === '' ? {} : { [`${prefix}pip-ip-tags`]: asked }),
    ...(context.lbIsInternal === true ? { [`${prefix}load-balancer-internal`]: 'true' } : {}),
  })
  const config = { changeIPTags: context.enableIPTagMutation === true }
  const { plan } = decide(wanted, [seen], { families, config }, context.lbShouldExist !== false)
  const shouldRelease = plan.steps.some(
    ({ key, action, hold }) => key === seen['name'] && action === 'delete' && hold === undefined,
  )
  return differences(one.expected, { shouldRelease })
}

/** The Service's own address with this body, and what is planned to become of it. */
function planFor(
  one: Vector,
  given: unknown,
  config: World['config'],
): { body: JsonObject; changed: boolean } {
  const family = familyWanted(one)
  const service = serviceIn(one)
  const own = ownName({ clusterName: 'kubernetes', service, families: [family] }, family)
  const body: JsonObject = {
    ...(isObject(given) ? given : {}),
    name: own,
    tags: { [serviceTag]: fullName(service) },
  }
  const { wanted, observed, refused } = decide(
    service,
    [body],
    { families: [family], ...(config === undefined ? {} : { config }) },
    true,
  )
  const before = objectIn(observed[0]?.spec ?? {}, 'properties')
  const after = written(before, objectIn(wanted[0]?.spec ?? {}, 'properties'))
  return {
    body: isObject(after) && !refused ? after : before,
    changed: !refused && differences(before, after).length > 0,
  }
}

export const ipTagsChanged: Compare = (one) => {
  const { inputPIP, enableMutation } = contextIn(one)
  const { body } = planFor(one, inputPIP, { changeIPTags: enableMutation === true })
  const before = objectIn(isObject(inputPIP) ? inputPIP : {}, 'properties')['ipTags']
  const changed = enableMutation === true && differences(before, body['ipTags']).length > 0
  return differences(one.expected, { changed, ipTags: changed ? body['ipTags'] : before })
}

export const ipSettings: Compare = (one) => {
  const { pip, sku } = contextIn(one)
  const { body, changed } = planFor(one, pip, { loadBalancerSku: skuOf(sku) })
  const { publicIPAddressVersion: iPVersion, publicIPAllocationMethod: allocationMethod } = body
  return differences(one.expected, { changed, iPVersion, allocationMethod })
}

/** Tags that are asked for are written over those that are there; what nobody asks for stays as it is. */
export const tagsReconciled: Compare = (one) => {
  const { currentTagsOnResource: current = {}, newTags = {} } = one.context as {
    readonly currentTagsOnResource?: JsonObject
    readonly newTags?: JsonObject
  }
  const owner = { uid: 'svc', name: 'default/svc' }
  const form = publicIPForm(defaultConfig)
  const body = { name: 'ip', properties: {}, tags: current }
  const observed = (form.observe?.(body, { name: 'kubernetes' }) ?? []).map(
    ({ body: _foreign, ...item }): Observed => ({ ...item, owners: [owner] }),
  )
  const spec = { tags: tagsOn(observed[0], newTags) }
  const want: Resource = { ...publicIPIdentity('ip'), spec, owners: [owner] }
  const kinds = { 'public-ip': form }
  const { steps } = planOffline(
    { name: 'azure', kinds },
    [{ owner, created: '', resources: [want] }],
    observed,
  )
  const fields = steps.flatMap((step) => step.fields ?? [])
  const after = Object.fromEntries(
    fields.map(({ path, after: value }) => [path.slice('tags.'.length), value]),
  )
  return differences(one.expected, { tags: { ...current, ...after }, changed: fields.length > 0 })
}
