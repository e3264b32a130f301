import { equal, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Owner } from '../../../src/plan/resource.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { canonicalActions } from './canonical-actions.ts'
import type { ForwardAction, Listener, ListenerInput } from '../api-elbv2.ts'
import { webListenerDefaults } from '../application/attribute-defaults.ts'
import { keyTag, serviceTag, type Tags, uidTag } from '../tags.ts'
import { meanwhileListener } from './meanwhile.ts'
import { settleMs, text, number } from './shared.ts'

export const ofTls = (protocol: Json | undefined): boolean => protocol === 'TLS' || protocol === 'HTTPS'

/** What holds where nothing is said, and what has to be said to have it back. */
const noAlpn: Json = ['None']

const tlsFields = ['Certificates', 'SslPolicy', 'AlpnPolicy'] as const

/** The default certificate stays first, the others are a set; neither they nor policies mean anything without TLS. */
export function canonicalListener(spec: JsonObject): JsonObject {
  const leading = canonicalActions(spec)
  // To copy all fields but some is slow, and most have none of these.
  if (tlsFields.every((field) => leading[field] === undefined)) return leading
  const { Certificates, SslPolicy, AlpnPolicy, ...rest } = leading
  if (!ofTls(spec['Protocol'])) return rest
  return {
    ...rest,
    ...(SslPolicy === undefined ? {} : { SslPolicy }),
    ...(AlpnPolicy === undefined || equal(AlpnPolicy, noAlpn) ? {} : { AlpnPolicy }),
    ...(Array.isArray(Certificates) ? { Certificates: canonicalCertificates(Certificates) } : {}),
  }
}

function canonicalCertificates(list: readonly Json[]): Json {
  const [first, ...rest] = list
  if (first === undefined) return []
  const others = new Set(rest.filter((one) => !equal(one, first)).map(certificateArn))
  return [first, ...asCertificates([...others].toSorted())]
}

const certificateArn = (certificate: Json): string =>
  (certificate as { readonly CertificateArn: string }).CertificateArn

export const certificatesIn = (spec: JsonObject): readonly string[] =>
  ((spec['Certificates'] ?? []) as readonly Json[]).map(certificateArn)

interface Seen {
  /** Certificates beyond the default one, which come in an answer of their own. */
  readonly more: readonly string[]
  readonly tags: Tags
  readonly parent: { readonly owners: readonly Owner[]; readonly stack: string; readonly key: string }
  readonly attributes: Tags
  readonly asOf: number
}

/** In a load balancer of a group each listener is one Service's, and bears its tags. */
export function listenerOwners(tags: Tags, usual: readonly Owner[]): readonly Owner[] {
  const uid = tags[uidTag]
  return uid === undefined ? usual : [{ uid, name: tags[serviceTag] ?? uid }]
}

export function observedListener(listener: Listener, seen: Seen): Observed {
  const { more, tags, parent, attributes, asOf } = seen
  const certificates = [...(listener.Certificates ?? []).map((one) => one.CertificateArn ?? ''), ...more]
  return {
    stack: parent.stack,
    kind: 'listener',
    key: tags[keyTag] ?? `${parent.key}/${listener.Port}`,
    id: listener.ListenerArn,
    owners: listenerOwners(tags, parent.owners),
    within: { stack: parent.stack, kind: 'load-balancer', key: parent.key },
    spec: canonicalListener({
      LoadBalancerArn: listener.LoadBalancerArn,
      Port: listener.Port ?? 0,
      Protocol: listener.Protocol ?? '',
      ...(certificates.length === 0 ? {} : { Certificates: asCertificates(certificates) }),
      ...(listener.SslPolicy === undefined ? {} : { SslPolicy: listener.SslPolicy }),
      ...(listener.AlpnPolicy === undefined ? {} : { AlpnPolicy: listener.AlpnPolicy }),
      ...actionOf(listener),
      ...(Object.keys(attributes).length === 0 ? {} : { Attributes: attributes }),
      Tags: tags,
    }),
    out: { arn: listener.ListenerArn },
    state: 'ready',
    serving: 'unreadable',
    depth: 'read',
    asOf,
  }
}

/** AWS names one target group in two places. */
function actionOf({ DefaultActions: actions }: Listener): JsonObject {
  const [action] = actions ?? []
  if (action?.ForwardConfig !== undefined)
    return { DefaultActions: [{ Type: 'forward', ForwardConfig: action.ForwardConfig as JsonObject }] }
  return action?.TargetGroupArn === undefined ? {} : { TargetGroupArn: action.TargetGroupArn }
}

export const asCertificates = (arns: readonly string[]) => arns.map((CertificateArn) => ({ CertificateArn }))

/** What CreateListener and ModifyListener take: everything at once, of the certificates the default one. */
export function listenerInput(spec: JsonObject): ListenerInput {
  const [certificate] = certificatesIn(spec)
  const { SslPolicy: policy, AlpnPolicy: alpn, DefaultActions: actions } = spec
  return {
    Port: number(spec, 'Port'),
    Protocol: text(spec, 'Protocol'),
    DefaultActions: Array.isArray(actions)
      ? (actions as readonly ForwardAction[])
      : [{ Type: 'forward', TargetGroupArn: text(spec, 'TargetGroupArn') }],
    ...(certificate === undefined ? {} : { Certificates: [{ CertificateArn: certificate }] }),
    ...(typeof policy === 'string' ? { SslPolicy: policy } : {}),
    ...(Array.isArray(alpn) ? { AlpnPolicy: alpn as readonly string[] } : {}),
  }
}

/** The attributes of a new one. */
export const attributesOfNew = ({ Protocol: protocol }: JsonObject): Tags =>
  protocol === 'HTTP' || protocol === 'HTTPS'
    ? webListenerDefaults(protocol)
    : protocol === 'TCP' || protocol === 'TCP_UDP' || protocol === 'TCP_QUIC'
      ? { 'tcp.idle_timeout.seconds': '350' }
      : {}

export const hasAttributes = (spec: JsonObject): boolean => Object.keys(attributesOfNew(spec)).length > 0

export const listenerForm: Form = {
  name: 'listener',
  ...usualForm,
  canonical: canonicalListener,
  immutable: ['LoadBalancerArn', 'Port'],
  refs: ['LoadBalancerArn', 'TargetGroupArn', 'DefaultActions'],
  defaults: (want) => ({
    SslPolicy: 'ELBSecurityPolicy-2016-08',
    AlpnPolicy: noAlpn,
    Attributes: attributesOfNew(want),
  }),
  replace: 'beside',
  meanwhile: meanwhileListener,
  sole: true,
  nameIsUnique: true,
  servesTraffic: true,
  settleMs,
}
