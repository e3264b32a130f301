/** Turns of an update that change listeners, their policies, and those of the nodes' ports. */
import { type Json, type JsonObject, stableText } from '../../../src/lib/json.ts'
import type { Part, PartChange } from '../../../src/plan/resource.ts'
import { number, text } from '../kinds/shared.ts'
import { endsTls, listenerInput } from './listeners.ts'
import { policyKey, standardTlsPolicy } from './policies.ts'
import { done, specOf, withParts, type Turn } from './turn.ts'

const namesIn = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly string[]) : []

export function policyMade(turn: Turn) {
  const { deps, put, signal, LoadBalancerName } = turn
  const [policy] = put.policies
  if (policy === undefined) return undefined
  const input = specOf(policy) as { PolicyName: string; PolicyTypeName: string; PolicyAttributes: [] }
  return done(
    deps.api.call('elb:CreateLoadBalancerPolicy', { LoadBalancerName, ...input }, signal),
    withParts(turn, [policy]),
  )
}

/** What of a listener never changes in place. */
const fixed = ({ SSLCertificateId: _certificate, PolicyNames: _policies, ...same }: JsonObject): string =>
  stableText(same)

/** Ports and protocols of a listener never change: it is taken away, and the next round makes it anew. */
export function listenersReplaced(turn: Turn) {
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

export function listenersMade(turn: Turn) {
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

export function certificateSet(turn: Turn) {
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
export function tlsPolicySet(turn: Turn) {
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

export function backendSet(turn: Turn) {
  const [part] = turn.put.backends
  return part === undefined ? undefined : setBackend(turn, part, namesIn(specOf(part)['PolicyNames']))
}

export function backendCleared(turn: Turn) {
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

export function listenersGone(turn: Turn) {
  const { deps, gone, signal, LoadBalancerName } = turn
  if (gone.listeners.length === 0) return undefined
  const LoadBalancerPorts = gone.listeners.map(({ before = {} }) => number(before, 'LoadBalancerPort'))
  return done(
    deps.api.call('elb:DeleteLoadBalancerListeners', { LoadBalancerName, LoadBalancerPorts }, signal),
    withParts(turn, gone.listeners),
  )
}

export function policyGone(turn: Turn) {
  const { deps, gone, signal, LoadBalancerName } = turn
  const [policy] = gone.policies
  if (policy === undefined) return undefined
  const PolicyName = text(policy.before ?? {}, 'PolicyName')
  return done(
    deps.api.call('elb:DeleteLoadBalancerPolicy', { LoadBalancerName, PolicyName }, signal),
    withParts(turn, [policy]),
  )
}
