/**
 * The peer moves a Service in one function, step by step. We decide where it belongs and plan the rest: here the plan is
 * carried out on paper, and what is left of each load balancer compared.
 */
import { desiredFor } from '../../../providers/azure/desired.ts'
import { createBlueprint } from '../../../providers/azure/blueprint.ts'
import { localPoolName, stemOf } from '../../../providers/azure/names.ts'
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import { hasError } from '../../../src/model/problem.ts'
import { planOffline } from '../../../src/plan/offline.ts'
import type { Step } from '../../../src/plan/plan.ts'
import { refKey, type Observed, type Part } from '../../../src/plan/resource.ts'
import type { Compare, Vector } from '../vector.ts'
import {
  balancersBehind,
  balancersIn,
  bodiesIn,
  listIn,
  objectIn,
  type OwnPool,
  publicIPsIn,
  textIn,
} from './bodies.ts'
import { differences } from './differences.ts'
import { publicIPsIn as factsIn } from './public-ip-facts.ts'
import { configOf as configured, contextOf, wishOf, type World } from './wish.ts'
import { read } from './service.ts'
import { configOf, peerConfigs, rememberedOn } from './selection.ts'

interface Context {
  readonly clusterName?: string
  readonly configuredLoadBalancerName?: string
  readonly isInternal?: boolean
  readonly loadBalancerSKU?: string
  readonly existingLBs?: unknown
  readonly existingPIPs?: unknown
  readonly namespace?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } }
}

const internalKey = 'service.beta.kubernetes.io/azure-load-balancer-internal'

/** Some cases say beside the Service that it is internal. */
function withDirection(one: Vector): Vector {
  const { isInternal } = one.context as Context
  if (isInternal !== true || one.service === undefined || one.service === null) return one
  const { metadata } = one.service
  const annotations = { ...metadata.annotations, [internalKey]: 'true' }
  return { ...one, service: { ...one.service, metadata: { ...metadata, annotations } } }
}

function ownPoolOf({ service }: Vector): OwnPool | undefined {
  const { uid, name, namespace = 'default' } = service?.metadata ?? { name: '' }
  return uid === undefined
    ? undefined
    : { stem: stemOf({ uid, owner: { name } }), pool: localPoolName(`${namespace}/${name}`, 'IPv4') }
}

function worldOf(one: Vector): World {
  const { clusterName = 'kubernetes', configuredLoadBalancerName, namespace, ...of } = one.context as Context
  const listed = bodiesIn(of.existingLBs)
  const told = balancersBehind(of.existingPIPs).filter(
    (body) => !listed.some((other) => textIn(other, 'name') === textIn(body, 'name')),
  )
  const labels = namespace?.metadata?.labels
  return {
    clusterName,
    observed: [
      ...balancersIn([...listed, ...told], clusterName, ownPoolOf(one)),
      ...publicIPsIn(of.existingPIPs, clusterName),
    ],
    ...factsIn(of.existingPIPs),
    ...(labels === undefined ? {} : { namespaceLabels: labels }),
    config: {
      loadBalancers: peerConfigs(one).map(configOf),
      loadBalancerSku: of.loadBalancerSKU?.toLowerCase() === 'basic' ? 'basic' : 'standard',
      ...(configuredLoadBalancerName === undefined || configuredLoadBalancerName === ''
        ? {}
        : { loadBalancerName: configuredLoadBalancerName }),
    },
  }
}

const failed = (error: unknown): boolean =>
  error !== undefined && error !== null && error !== '' && error !== false

/** Where the peer remembers the Service to be, we see it: a frontend of its own stands there. */
function withMemory(one: Vector): Vector {
  const name = rememberedOn(one)
  const { existingLBs, isInternal } = one.context as Context
  const { stem } = ownPoolOf(one) ?? {}
  if (name === undefined || stem === undefined) return one
  const whole = isInternal === true ? `${name}-internal` : name
  const listed = bodiesIn(existingLBs)
  if (listed.some((body) => textIn(body, 'name') === whole)) return one
  const body = { name: whole, properties: { frontendIPConfigurations: [{ name: stem, properties: {} }] } }
  return { ...one, context: { ...one.context, existingLBs: [...listed, body] } }
}

export const loadBalancerName: Compare = (given) => {
  const one = withMemory(withDirection(given))
  const { wish, refused } = wishOf(one, worldOf(one))
  const expected = one.expected as { readonly error?: unknown; readonly loadBalancerName?: string }
  return [
    ...differences(failed(expected.error), refused, 'error'),
    ...(refused ? [] : differences(expected.loadBalancerName, wish?.loadBalancer.name, 'loadBalancerName')),
  ]
}

interface Left {
  readonly name: string
  readonly frontends: readonly string[]
  readonly rules: readonly string[]
  readonly probes: readonly string[]
  readonly pools: readonly string[]
}

const nameIn = (spec: JsonObject, key: string): string => textIn(spec, 'name') || key

/** What stands on a load balancer after the plan. */
function leftOf(balancer: Observed, all: readonly Observed[], steps: readonly Step[]): Left | undefined {
  const of = (item: Observed) => steps.filter((step) => refKey(step) === refKey(item))
  if (of(balancer).some(({ action }) => action === 'delete')) return undefined
  const gone = new Set(
    of(balancer).flatMap(({ parts = [] }) =>
      parts.filter(({ action }) => action === 'remove').map(({ key }) => key),
    ),
  )
  const standing = Object.entries(balancer.parts ?? {}).filter(([key]) => !gone.has(key))
  const named = (start: string): readonly string[] =>
    standing
      .filter(([key]) => key.startsWith(start))
      .map(([key, { spec }]) => nameIn(spec, key.slice(start.length)))
  const pools = all.filter(({ kind, within }) => kind === 'backend-pool' && within?.key === balancer.key)
  return {
    name: balancer.key,
    frontends: named('frontend/'),
    rules: named('rule/'),
    probes: named('probe/'),
    pools: pools
      .filter((pool) => !of(pool).some(({ action }) => action === 'delete'))
      .map(({ key }) => key.slice(balancer.key.length + 1)),
  }
}

const leftIn = (body: JsonObject): Left => {
  const properties = objectIn(body, 'properties')
  const named = (field: string): readonly string[] =>
    listIn(properties, field).map((item) => textIn(item, 'name'))
  return {
    name: textIn(body, 'name'),
    frontends: named('frontendIPConfigurations'),
    rules: named('loadBalancingRules'),
    probes: named('probes'),
    pools: named('backendAddressPools'),
  }
}

interface Expected {
  readonly error?: unknown
  readonly loadBalancer?: unknown
  readonly loadBalancers?: unknown
}

const partsIn =
  (start: string) =>
  (observed: readonly Observed[]): readonly Part[] =>
    observed.flatMap(({ kind, parts = {} }) =>
      kind === 'load-balancer'
        ? Object.entries(parts).flatMap(([key, part]) => (key.startsWith(start) ? [part] : []))
        : [],
    )
const rulesIn = partsIn('rule/')
const frontendsIn = partsIn('frontend/')

/** Where the Service goes, and what is left where it was. */
export const serviceLoadBalancer: Compare = (given) => {
  const one = withDirection(given)
  const world = worldOf(one)
  const expected = one.expected as Expected
  const { lb } = read(one.service, world)
  if (lb === undefined) return differences(failed(expected.error), true, 'error')
  const config = configured(world)
  const context = contextOf(one, world)
  const { resources, problems } = desiredFor(lb, context, config)
  const refused = hasError(problems)
  const error = differences(failed(expected.error), refused, 'error')
  if (refused || failed(expected.error)) return error
  const served = new Set(rulesIn(context.observed).flatMap(({ owners }) => owners.map(({ uid }) => uid)))
  // Whose frontend has no rule of his own left is gone: the case says nothing else of him.
  const gone = frontendsIn(context.observed)
    .flatMap(({ owners }) => owners)
    .filter(({ uid }) => !served.has(uid) && uid !== lb.owner.uid)
  const contributions = [
    { owner: lb.owner, created: lb.created, resources, leave: lb.allowsOutage },
    ...gone.map((owner) => ({ owner, created: '', resources: [] })),
  ]
  const { steps } = planOffline(createBlueprint(config), contributions, context.observed)
  const name = resources.find(({ kind }) => kind === 'load-balancer')?.key
  const wanted = isObject(expected.loadBalancer) ? textIn(expected.loadBalancer, 'name') : undefined
  const before = context.observed.filter(({ kind }) => kind === 'load-balancer')
  const left = before.flatMap((balancer) => leftOf(balancer, context.observed, steps) ?? [])
  const moved = expected.loadBalancers === undefined ? [] : bodiesIn(expected.loadBalancers).map(leftIn)
  return [
    ...differences(wanted, name, 'loadBalancer'),
    ...(expected.loadBalancers === undefined ? [] : differences(moved, left, 'loadBalancers')),
  ]
}
