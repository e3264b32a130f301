import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Resource } from '../../../src/plan/resource.ts'
import type { Changes } from '../../../src/provider/kind.ts'
import type { Tags } from '../tags.ts'
import {
  asCertificates,
  attributesOfNew,
  canonicalListener,
  certificatesIn,
  listenerInput,
  listenerOwners,
  observedListener,
  ofTls,
} from './listener-form.ts'
import {
  attributesToSet,
  cannotChange,
  changed,
  changesUnder,
  type KindDeps,
  merged,
  only,
  textMap,
  withSpec,
} from './shared.ts'
import { updateTags } from './tag-changes.ts'

/** What one ModifyListener sets, all of it at once. */
const own = ['Protocol', 'TargetGroupArn', 'DefaultActions', 'SslPolicy', 'AlpnPolicy'] as const

/** One request: the listener itself, then certificates for more server names, then attributes, then tags. */
export async function updateListener(
  deps: KindDeps,
  seen: Observed,
  want: Resource,
  changes: Changes,
  signal: AbortSignal,
): Promise<Observed> {
  const spec = withDefaultsBack(want.spec, changes)
  const newDefault = certificatesIn(spec)[0] !== certificatesIn(seen.spec)[0]
  if (own.some((field) => changed(changes, field)) || (changed(changes, 'Certificates') && newDefault))
    return modify(deps, seen, spec, signal)
  if (changed(changes, 'Certificates')) return updateCertificates(deps, seen, spec, signal)
  const attributes = changesUnder(changes, 'Attributes')
  if (attributes.size > 0) {
    const asOf = deps.clock.now()
    const Attributes = attributesToSet(attributes)
    if (Attributes.length > 0)
      await deps.api.call('ModifyListenerAttributes', { ListenerArn: seen.id, Attributes }, signal)
    return withSpec(seen, asOf, { Attributes: merged(seen.spec['Attributes'], attributes) })
  }
  const tagged = await updateTags(deps, seen, changes, signal)
  if (tagged !== undefined)
    return { ...tagged, owners: listenerOwners(textMap(tagged.spec['Tags'], 'Tags'), seen.owners) }
  throw cannotChange(seen, changes, 'elasticloadbalancing:ModifyListener')
}

async function modify(
  deps: KindDeps,
  seen: Observed,
  spec: JsonObject,
  signal: AbortSignal,
): Promise<Observed> {
  const asOf = deps.clock.now()
  const answer = await deps.api.call(
    'ModifyListener',
    { ListenerArn: seen.id, ...listenerInput(spec) },
    signal,
  )
  const made = only(answer.Listeners, 'elasticloadbalancing:ModifyListener')
  // Another protocol starts with the attributes of a new listener.
  const stays = made.Protocol === seen.spec['Protocol']
  return observedListener(made, {
    more: ofTls(made.Protocol) ? certificatesIn(seen.spec).slice(1) : [],
    tags: textMap(seen.spec['Tags'], 'Tags'),
    parent: { owners: seen.owners, stack: seen.stack, key: seen.within?.key ?? '' },
    attributes: stays ? ((seen.spec['Attributes'] ?? {}) as Tags) : attributesOfNew(spec),
    asOf,
  })
}

/** A policy that nobody asks for any more must be named to go back to the default. */
function withDefaultsBack(spec: JsonObject, changes: Changes): JsonObject {
  if (!ofTls(spec['Protocol'])) return spec
  const back = changes.fields.filter(({ path }) => path === 'SslPolicy' || path === 'AlpnPolicy')
  return { ...spec, ...Object.fromEntries(back.map(({ path, after }) => [path, after])) }
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
  if (arn === undefined) return withSpec(seen, asOf, { Certificates: asCertificates(after) })
  const action = missing === undefined ? 'RemoveListenerCertificates' : 'AddListenerCertificates'
  await api.call(action, { ListenerArn: seen.id, Certificates: asCertificates([arn]) }, signal)
  const now = missing === undefined ? before.filter((one) => one !== arn) : [...before, arn]
  return withSpec(seen, asOf, canonicalListener({ Protocol: 'TLS', Certificates: asCertificates(now) }))
}
