import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Resource } from '../../../src/plan/resource.ts'
import type { Changes, Kind } from '../../../src/provider/kind.ts'
import { writeTags } from '../tags.ts'
import {
  canonicalListener,
  certificatesIn,
  listenerInput,
  observedListener,
  ofTls,
  listenerForm,
} from './listener-form.ts'
import { readListener, readListeners } from './read-listeners.ts'
import { cannotChange, changed, type KindDeps, only, orUndefined, withSpec, text, textMap } from './shared.ts'
import { updateTags } from './tag-changes.ts'

/** Found and deleted with its load balancer; made and changed on its own. */
export function listenerKind(deps: KindDeps): Kind {
  return {
    ...listenerForm,
    list: () => Promise.resolve({ items: [] }),
    read: (seen, signal) => readListener(deps, seen, signal),
    find: (want, signal) => findListener(deps, want, signal),
    create: (want, _inside, signal) => createListener(deps, want, signal),
    update: (seen, want, changes, signal) => updateListener(deps, seen, want, changes, signal),
    async delete(seen, signal) {
      await orUndefined(deps.api.call('DeleteListener', { ListenerArn: seen.id }, signal))
      deps.tags.forget(seen.id)
    },
  }
}

const parentOf = (want: Resource) => ({
  owners: want.owners,
  stack: want.stack,
  key: want.within?.key ?? '',
})

async function findListener(deps: KindDeps, want: Resource, signal: AbortSignal) {
  const arn = want.spec['LoadBalancerArn']
  if (typeof arn !== 'string') return undefined
  const all = await orUndefined(readListeners(deps, arn, parentOf(want), signal))
  const object = all?.find((listener) => listener.spec['Port'] === want.spec['Port'])
  return object === undefined ? undefined : { object: { ...object, key: want.key } }
}

async function createListener(deps: KindDeps, want: Resource, signal: AbortSignal): Promise<Observed> {
  const asOf = deps.clock.now()
  const tags = textMap(want.spec['Tags'], 'Tags')
  const answer = await deps.api.call(
    'CreateListener',
    {
      LoadBalancerArn: text(want.spec, 'LoadBalancerArn'),
      ...listenerInput(want.spec),
      Tags: writeTags(tags),
    },
    signal,
  )
  const made = only(answer.Listeners, 'elasticloadbalancing:CreateListener')
  return observedListener(made, [], tags, parentOf(want), asOf)
}

/** One request: the listener itself, then certificates for more server names, then tags. */
async function updateListener(
  deps: KindDeps,
  seen: Observed,
  want: Resource,
  changes: Changes,
  signal: AbortSignal,
): Promise<Observed> {
  const asOf = deps.clock.now()
  const spec = withDefaultsBack(want.spec, changes)
  const [first] = certificatesIn(spec)
  const newDefault = first !== certificatesIn(seen.spec)[0]
  const itself = ['Protocol', 'TargetGroupArn', 'SslPolicy'].some((field) => changed(changes, field))
  if (itself || (changed(changes, 'Certificates') && newDefault)) {
    const answer = await deps.api.call(
      'ModifyListener',
      { ListenerArn: seen.id, ...listenerInput(spec) },
      signal,
    )
    const made = only(answer.Listeners, 'elasticloadbalancing:ModifyListener')
    const others = ofTls(made.Protocol) ? certificatesIn(seen.spec).slice(1) : []
    return observedListener(made, others, textMap(seen.spec['Tags'], 'Tags'), parentOf(seen), asOf)
  }
  if (changed(changes, 'Certificates')) return updateCertificates(deps, seen, spec, signal)
  const tagged = await updateTags(deps, seen, changes, signal)
  if (tagged !== undefined) return tagged
  throw cannotChange(seen, changes, 'elasticloadbalancing:ModifyListener')
}

/** A policy that nobody asks for any more must be named to go back to the default. */
function withDefaultsBack(spec: JsonObject, changes: Changes): JsonObject {
  const policy = changes.fields.find((change) => change.path === 'SslPolicy')
  return policy === undefined || !ofTls(spec['Protocol']) ? spec : { ...spec, SslPolicy: policy.after }
}

/** AWS takes one certificate in one call. */
async function updateCertificates(
  { api, clock }: KindDeps,
  seen: Observed,
  spec: JsonObject,
  signal: AbortSignal,
): Promise<Observed> {
  const asOf = clock.now()
  const [before, after] = [certificatesIn(seen.spec), certificatesIn(spec)]
  const missing = after.find((arn) => !before.includes(arn))
  const extra = before.find((arn) => !after.includes(arn))
  const arn = missing ?? extra
  if (arn === undefined) return withSpec(seen, asOf, { Certificates: asList(after) })
  const action = missing === undefined ? 'RemoveListenerCertificates' : 'AddListenerCertificates'
  await api.call(action, { ListenerArn: seen.id, Certificates: asList([arn]) }, signal)
  const now = missing === undefined ? before.filter((one) => one !== arn) : [...before, arn]
  return withSpec(seen, asOf, canonicalListener({ Protocol: 'TLS', Certificates: asList(now) }))
}

const asList = (arns: readonly string[]) => arns.map((CertificateArn) => ({ CertificateArn }))
