/**
 * What one request can carry out of a change. The first of `turns` that has something to do does it, and the rest
 * follows round by round:
 *
 *   groups     first, for what restricts goes in before what it restricts
 *   policies   before the listeners and ports of nodes that they are set on
 *   nodes      that join one which serves already: a listener that AWS refuses keeps no node out
 *   listeners  made, then their certificates and policies at once, then PROXY protocol on the ports of the nodes
 *   health     and all other settings
 *   nodes      that are the first: nothing is sent to them before everything else is in place
 *   removals   nodes, listeners, ports, and last the policies that those used
 */
import { isObject, type Json, type JsonObject, stableText } from '../../../src/lib/json.ts'
import type { Observed, Part, PartChange, Resource } from '../../../src/plan/resource.ts'
import { ProviderError } from '../../../src/provider/errors.ts'
import type { Changes } from '../../../src/provider/kind.ts'
import type { ClassicAttributes, ClassicHealthCheck } from '../api-elb.ts'
import {
  cannotChange,
  changed,
  changesUnder,
  type KindDeps,
  merged,
  number,
  text,
  textMap,
  texts,
  withSpec,
} from '../kinds/shared.ts'
import { writeTags } from '../tags.ts'
import { canonicalClassic } from './form.ts'
import { endsTls, listenerInput, listenerKey } from './listeners.ts'
import { backendKey, policyKey, standardTlsPolicy } from './policies.ts'

interface Update {
  readonly seen: Observed
  readonly want: Resource
  readonly changes: Changes
  readonly signal: AbortSignal
}

/** An update with what its turns look at. */
interface Turn extends Update {
  readonly deps: KindDeps
  readonly asOf: number
  readonly LoadBalancerName: string
  readonly put: Sorted
  readonly gone: Sorted
}

/** Changed parts by what they are. */
interface Sorted {
  readonly listeners: readonly PartChange[]
  readonly backends: readonly PartChange[]
  readonly policies: readonly PartChange[]
  readonly instances: readonly PartChange[]
}

export async function updateClassic(deps: KindDeps, update: Update): Promise<Observed> {
  const { seen, changes } = update
  const turn: Turn = {
    ...update,
    deps,
    asOf: deps.clock.now(),
    LoadBalancerName: seen.id,
    put: sorted(changes.parts.filter((part) => !isGone(part))),
    gone: sorted(changes.parts.filter(isGone)),
  }
  for (const take of turns) {
    const after = take(turn)
    if (after !== undefined) return after
  }
  throw cannotChange(seen, changes, 'elasticloadbalancing:ModifyLoadBalancerAttributes')
}

const isGone = ({ action }: PartChange): boolean => action === 'remove'

function sorted(parts: readonly PartChange[]): Sorted {
  const under = (start: string) => parts.filter(({ key }) => key.startsWith(start))
  const listeners = under(listenerKey(''))
  const backends = under(backendKey(''))
  const policies = under(policyKey(''))
  const others = new Set([...listeners, ...backends, ...policies])
  return { listeners, backends, policies, instances: parts.filter((part) => !others.has(part)) }
}

type Take = (turn: Turn) => Promise<Observed> | undefined

const turns: readonly Take[] = [
  groups,
  policyMade,
  (turn) => (hasInstances(turn.seen) ? joined(turn) : undefined),
  listenersReplaced,
  listenersMade,
  certificateSet,
  tlsPolicySet,
  backendSet,
  healthCheck,
  attributes,
  subnets,
  joined,
  tags,
  left,
  listenersGone,
  backendCleared,
  policyGone,
]

const specOf = ({ after = {} }: PartChange): JsonObject => after
const namesIn = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly string[]) : []

/** `seen` after parts were written as asked for, or with others in their place. */
function withParts(
  { seen, asOf }: Turn,
  parts: readonly PartChange[],
  more: Readonly<Record<string, Part>> = {},
): Observed {
  const all: Record<string, Part> = { ...seen.parts, ...more }
  for (const { key, action, after, owners } of parts) {
    if (action === 'remove' || after === undefined) delete all[key]
    else {
      const path = seen.parts?.[key]?.path
      all[key] = { spec: after, owners, ...(path === undefined ? {} : { path }) }
    }
  }
  return { ...seen, asOf, parts: all }
}

async function done<T>(call: Promise<unknown>, after: T): Promise<T> {
  await call
  return after
}

function groups({ deps, seen, want, changes, signal, asOf, LoadBalancerName }: Turn) {
  if (!changed(changes, 'SecurityGroups')) return undefined
  const SecurityGroups = texts(want.spec, 'SecurityGroups')
  return done(
    deps.api.call('elb:ApplySecurityGroupsToLoadBalancer', { LoadBalancerName, SecurityGroups }, signal),
    withSpec(seen, asOf, { SecurityGroups }),
  )
}

function policyMade(turn: Turn) {
  const { deps, put, signal, LoadBalancerName } = turn
  const [policy] = put.policies
  if (policy === undefined) return undefined
  const input = specOf(policy) as { PolicyName: string; PolicyTypeName: string; PolicyAttributes: [] }
  return done(
    deps.api.call('elb:CreateLoadBalancerPolicy', { LoadBalancerName, ...input }, signal),
    withParts(turn, [policy]),
  )
}

const hasInstances = ({ parts = {} }: Observed): boolean =>
  Object.values(parts).some((part) => 'InstanceId' in part.spec)

const instancesIn = (parts: readonly PartChange[]) =>
  parts.map(({ after, before }) => ({ InstanceId: text(after ?? before ?? {}, 'InstanceId') }))

function joined(turn: Turn) {
  const { deps, put, signal, LoadBalancerName } = turn
  if (put.instances.length === 0) return undefined
  const Instances = instancesIn(put.instances)
  return done(
    deps.api.call('elb:RegisterInstancesWithLoadBalancer', { LoadBalancerName, Instances }, signal),
    withParts(turn, put.instances),
  )
}

/** What of a listener never changes in place. */
const fixed = ({ SSLCertificateId: _certificate, PolicyNames: _policies, ...same }: JsonObject): string =>
  stableText(same)

/** Ports and protocols of a listener never change: it is taken away, and the next round makes it anew. */
function listenersReplaced(turn: Turn) {
  const { deps, put, signal, LoadBalancerName } = turn
  const stale = put.listeners.filter(
    ({ before, after }) => before !== undefined && fixed(before) !== fixed(after ?? {}),
  )
  if (stale.length === 0) return undefined
  const LoadBalancerPorts = stale.map((part) => number(specOf(part), 'LoadBalancerPort'))
  return done(
    deps.api.call('elb:DeleteLoadBalancerListeners', { LoadBalancerName, LoadBalancerPorts }, signal),
    withParts(
      turn,
      stale.map((part) => ({ ...part, action: 'remove' })),
    ),
  )
}

function listenersMade(turn: Turn) {
  const { deps, put, signal, LoadBalancerName } = turn
  const added = put.listeners.filter(({ action }) => action === 'add')
  if (added.length === 0) return undefined
  const Listeners = added.map((part) => listenerInput(specOf(part)))
  const made = added.map((part) => ({ ...part, after: withoutPolicies(specOf(part)) }))
  const standard = added.some((part) => endsTls(specOf(part)))
    ? { [policyKey(standardTlsPolicy)]: foreignPolicy }
    : {}
  return done(
    deps.api.call('elb:CreateLoadBalancerListeners', { LoadBalancerName, Listeners }, signal),
    withParts(turn, made, standard),
  )
}

const foreignPolicy: Part = { spec: { PolicyName: standardTlsPolicy }, owners: [], foreign: true }

const withoutPolicies = (spec: JsonObject): JsonObject =>
  endsTls(spec) ? { ...spec, PolicyNames: [] } : spec

function certificateSet(turn: Turn) {
  const { deps, put, signal, LoadBalancerName } = turn
  const part = put.listeners.find(
    ({ before, after }) => before?.['SSLCertificateId'] !== after?.['SSLCertificateId'],
  )
  if (part === undefined) return undefined
  const LoadBalancerPort = number(specOf(part), 'LoadBalancerPort')
  const SSLCertificateId = text(specOf(part), 'SSLCertificateId')
  const after = { ...part.before, SSLCertificateId }
  return done(
    deps.api.call(
      'elb:SetLoadBalancerListenerSSLCertificate',
      { LoadBalancerName, LoadBalancerPort, SSLCertificateId },
      signal,
    ),
    withParts(turn, [{ ...part, after }]),
  )
}

/** Without one of ours the listener goes back to that of AWS. */
function tlsPolicySet(turn: Turn) {
  const { deps, put, seen, signal, LoadBalancerName } = turn
  const [part] = put.listeners
  if (part === undefined) return undefined
  const asked = namesIn(specOf(part)['PolicyNames'])
  const standard = seen.parts?.[policyKey(standardTlsPolicy)] === undefined ? [] : [standardTlsPolicy]
  const LoadBalancerPort = number(specOf(part), 'LoadBalancerPort')
  const PolicyNames = asked.length > 0 ? asked : standard
  return done(
    deps.api.call(
      'elb:SetLoadBalancerPoliciesOfListener',
      { LoadBalancerName, LoadBalancerPort, PolicyNames },
      signal,
    ),
    withParts(turn, [part]),
  )
}

function backendSet(turn: Turn) {
  const [part] = turn.put.backends
  return part === undefined ? undefined : setBackend(turn, part, namesIn(specOf(part)['PolicyNames']))
}

function backendCleared(turn: Turn) {
  const [part] = turn.gone.backends
  return part === undefined ? undefined : setBackend(turn, part, [])
}

function setBackend(turn: Turn, part: PartChange, PolicyNames: readonly string[]) {
  const { deps, signal, LoadBalancerName } = turn
  const InstancePort = number(part.after ?? part.before ?? {}, 'InstancePort')
  return done(
    deps.api.call(
      'elb:SetLoadBalancerPoliciesForBackendServer',
      { LoadBalancerName, InstancePort, PolicyNames },
      signal,
    ),
    withParts(turn, [part]),
  )
}

function healthCheck({ deps, seen, want, changes, signal, asOf, LoadBalancerName }: Turn) {
  if (!changed(changes, 'HealthCheck')) return undefined
  const check = want.spec['HealthCheck'] as JsonObject
  const HealthCheck = check as unknown as ClassicHealthCheck
  return done(
    deps.api.call('elb:ConfigureHealthCheck', { LoadBalancerName, HealthCheck }, signal),
    withSpec(seen, asOf, { HealthCheck: check }),
  )
}

/** AWS takes whole structures: each that differs is sent as it is wanted, with what returns to its default. */
function attributes({ deps, seen, want, changes, signal, asOf, LoadBalancerName }: Turn) {
  const field = 'LoadBalancerAttributes'
  const asked = changesUnder(changes, field)
  if (asked.size === 0) return undefined
  const structures: Record<string, Record<string, Json>> = {}
  for (const [path, after] of asked) {
    const [structure = '', setting = ''] = path.split('.')
    const whole = (structures[structure] ??= { ...fieldsOf(fieldsOf(want.spec[field])[structure]) })
    if (after !== null) whole[setting] = after
  }
  const LoadBalancerAttributes = structures as ClassicAttributes
  return done(
    deps.api.call('elb:ModifyLoadBalancerAttributes', { LoadBalancerName, LoadBalancerAttributes }, signal),
    withSpec(seen, asOf, { [field]: { ...fieldsOf(seen.spec[field]), ...structures } }),
  )
}

const fieldsOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})

/** New ones first; one in a zone that it is in already takes the place of the one there. */
function subnets({ deps, seen, want, changes, signal, asOf, LoadBalancerName }: Turn) {
  if (!changed(changes, 'Subnets')) return undefined
  const [has, asked] = [texts(seen.spec, 'Subnets'), texts(want.spec, 'Subnets')]
  const added = asked.filter((id) => !has.includes(id))
  const Subnets = added.length > 0 ? added : has.filter((id) => !asked.includes(id))
  const action = added.length > 0 ? 'elb:AttachLoadBalancerToSubnets' : 'elb:DetachLoadBalancerFromSubnets'
  return deps.api.call(action, { LoadBalancerName, Subnets }, signal).then((answer) => {
    const after = withSpec(seen, asOf, { Subnets: answer.Subnets ?? asked })
    return { ...after, spec: canonicalClassic(after.spec) }
  })
}

/** First those to set, then those to take off. */
function tags({ deps, seen, changes, signal, asOf, LoadBalancerName }: Turn) {
  const asked = changesUnder(changes, 'Tags')
  if (asked.size === 0) return undefined
  const set = new Map<string, Json>([...asked].filter(([, value]) => value !== null))
  const LoadBalancerNames = [LoadBalancerName] as const
  const call =
    set.size > 0
      ? deps.api.call(
          'elb:AddTags',
          { LoadBalancerNames, Tags: writeTags(textMap(Object.fromEntries(set), 'Tags')) },
          signal,
        )
      : deps.api.call(
          'elb:RemoveTags',
          { LoadBalancerNames, Tags: [...asked.keys()].map((Key) => ({ Key })) },
          signal,
        )
  return call.then(() => {
    const after = merged(seen.spec['Tags'], set.size > 0 ? set : asked)
    deps.tags.wrote(LoadBalancerName, textMap(after, 'Tags'))
    return withSpec(seen, asOf, { Tags: after })
  })
}

/** AWS itself takes out instances that end: one that is out already shows that we know too little. */
function left(turn: Turn) {
  const { deps, gone, signal, LoadBalancerName } = turn
  if (gone.instances.length === 0) return undefined
  const Instances = instancesIn(gone.instances)
  const call = deps.api.call(
    'elb:DeregisterInstancesFromLoadBalancer',
    { LoadBalancerName, Instances },
    signal,
  )
  return call.then(
    () => withParts(turn, gone.instances),
    (error: unknown) => {
      if (!(error instanceof ProviderError) || error.code !== 'InvalidInstance') throw error
      const { code, op, sent, message } = error
      throw new ProviderError({ kind: 'stale', code, op, sent, message, cause: error })
    },
  )
}

function listenersGone(turn: Turn) {
  const { deps, gone, signal, LoadBalancerName } = turn
  if (gone.listeners.length === 0) return undefined
  const LoadBalancerPorts = gone.listeners.map(({ before = {} }) => number(before, 'LoadBalancerPort'))
  return done(
    deps.api.call('elb:DeleteLoadBalancerListeners', { LoadBalancerName, LoadBalancerPorts }, signal),
    withParts(turn, gone.listeners),
  )
}

function policyGone(turn: Turn) {
  const { deps, gone, signal, LoadBalancerName } = turn
  const [policy] = gone.policies
  if (policy === undefined) return undefined
  const PolicyName = text(policy.before ?? {}, 'PolicyName')
  return done(
    deps.api.call('elb:DeleteLoadBalancerPolicy', { LoadBalancerName, PolicyName }, signal),
    withParts(turn, [policy]),
  )
}
