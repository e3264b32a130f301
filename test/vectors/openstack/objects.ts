import type { ProxyProtocol } from '../../../providers/openstack/annotation-types.ts'
import { listenerSpec } from '../../../providers/openstack/desired-listener.ts'
import { poolSpec } from '../../../providers/openstack/desired-pool.ts'
import { featuresOf } from '../../../providers/openstack/features.ts'
import { healthOf, monitorSpec } from '../../../providers/openstack/health.ts'
import { membersOn, nodeAddress } from '../../../providers/openstack/members.ts'
import { listenerProtocol, methodOf, poolProtocol } from '../../../providers/openstack/protocols.ts'
import { matches } from '../../../providers/openstack/annotation-types.ts'
import { ingressFor } from '../../../providers/openstack/status.ts'
import { isObject } from '../../../src/lib/json.ts'
import type { Family, LoadBalancer, Protocol, SourceRange } from '../../../src/model/load-balancer.ts'
import { targetNodes } from '../../../src/model/nodes.ts'
import type { NodeObject } from '../../../src/model/objects.ts'
import type { Compare, Vector } from '../vector.ts'
import { configOf, featureIn, inside, resolvedIn, settingsIn, textAt } from './case.ts'
import { fieldsApart, valueApart, wantsError } from './differences.ts'

interface Asked {
  readonly protocol: Protocol
  readonly tls: boolean
  readonly certificates: readonly string[]
  readonly forwardedFor: boolean
  readonly proxy: ProxyProtocol
}

/** What is asked of the traffic: by the annotations of the case, and by what the peer had resolved. */
function askedIn(one: Vector): Asked {
  const resolved = resolvedIn(one)
  const { settings } = settingsIn(one.service)
  const reference = textAt(resolved, 'tlsContainerRef')
  const proxy = textAt(resolved, 'proxyProtocolVersion')
  const certificates = reference === undefined ? (settings.certificates?.value ?? []) : [reference]
  return {
    protocol: (textAt(one.context, 'portProtocol') ??
      one.service?.spec?.ports?.[0]?.protocol ??
      'TCP') as Protocol,
    tls: certificates.length > 0,
    certificates,
    forwardedFor: inside(resolved, 'keepClientIP') === true || settings.forwardedFor?.value === true,
    proxy: proxy === undefined ? (settings.proxyProtocol?.value ?? 'off') : (proxy as ProxyProtocol),
  }
}

export const listenerProtocolIn: Compare = (one) => {
  const asked =
    one.context['resolvedConfig'] === null
      ? { ...askedIn(one), tls: false, forwardedFor: false }
      : askedIn(one)
  return valueApart(listenerProtocol(asked), one.expected)
}

const rangesIn = (resolved: unknown): readonly SourceRange[] => {
  const found = inside(resolved, 'allowedCIDR') ?? inside(resolved, 'allowedCIDRs')
  return Array.isArray(found) ? found.map((cidr) => ({ cidr: String(cidr), family: 'IPv4', path: '' })) : []
}

export const listenerIn: Compare = (one) => {
  const asked = askedIn(one)
  const resolved = resolvedIn(one)
  const { settings } = settingsIn(one.service)
  const field = (one.service?.spec?.loadBalancerSourceRanges ?? []).map((cidr): SourceRange => ({
    cidr,
    family: 'IPv4',
    path: '',
  }))
  const limit = inside(resolved, 'connLimit')
  const ours = listenerSpec({
    name: textAt(one.context, 'listenerName') ?? '',
    protocol: listenerProtocol(asked),
    port: one.service?.spec?.ports?.[0]?.port ?? 0,
    connectionLimit: typeof limit === 'number' ? limit : settings.connectionLimit?.value,
    certificates: asked.certificates,
    forwardedFor: asked.forwardedFor,
    // Where nothing enforces ranges, the listener has none; that the Service is refused then is not this function's.
    ranges: !featureIn(one, 'vipAcl') ? [] : rangesIn(resolved).length > 0 ? rangesIn(resolved) : field,
  })
  return fieldsApart(ours, inside(one.expected, 'listener'))
}

export const poolIn: Compare = (one) => {
  const asked = askedIn(one)
  const config = configOf(one)
  const { settings } = settingsIn(one.service)
  const listener = (textAt(one.context, 'listenerProtocol') ?? listenerProtocol(asked)) as ReturnType<
    typeof listenerProtocol
  >
  const ours = poolSpec({
    name: textAt(one.context, 'poolName') ?? '',
    protocol: poolProtocol(listener, asked),
    method: methodOf(settings.lbMethod?.value, config.lbMethod, featuresOf(config.lbProvider, '2.0').ovn),
    sticky: one.service?.spec?.sessionAffinity === 'ClientIP',
  })
  return fieldsApart(ours, inside(one.expected, 'pool'))
}

const numberIn = (from: unknown, key: string): number | undefined => {
  const found = inside(from, key)
  return typeof found === 'number' ? found : undefined
}

/** The peer tells Local by the port alone. */
function localIn(one: Vector): Pick<LoadBalancer, 'trafficPolicy' | 'healthCheckNodePort'> {
  const port = numberIn(resolvedIn(one), 'healthCheckNodePort') ?? one.service?.spec?.healthCheckNodePort ?? 0
  return port > 0 ? { trafficPolicy: 'Local', healthCheckNodePort: port } : { trafficPolicy: 'Cluster' }
}

export const monitorIn: Compare = (one) => {
  const resolved = resolvedIn(one)
  const config = { ...configOf(one), createMonitor: true }
  const { settings } = settingsIn(one.service)
  const { protocol } = askedIn(one)
  const features = {
    ...featuresOf(config.lbProvider, '2.0'),
    httpMonitorOnUdp: featureIn(one, 'httpMonitorOnUdp'),
  }
  const health = healthOf(localIn(one) as LoadBalancer, protocol, { settings, config, features })
  const pick = (name: string, otherwise: number): number => numberIn(resolved, name) ?? otherwise
  const ours = monitorSpec({
    name: textAt(one.context, 'monitorName') ?? '',
    protocol,
    http: health?.http,
    path: health?.path ?? '/',
    timing: {
      delay: pick('healthMonitorDelay', config.monitorDelay),
      timeout: pick('healthMonitorTimeout', config.monitorTimeout),
      maxRetries: pick('healthMonitorMaxRetries', config.monitorMaxRetries),
      maxRetriesDown: pick('healthMonitorMaxRetriesDown', config.monitorMaxRetriesDown),
    },
  })
  return fieldsApart(ours, inside(one.expected, 'healthmonitor'))
}

const familyIn = (from: unknown): Family | undefined => {
  const found = textAt(from, 'preferredIPFamily')
  return found === 'IPv4' || found === 'IPv6' ? found : undefined
}

/** Names of a node may be missing in a case; ours never are. */
const nodesOf = (list: unknown): readonly NodeObject[] =>
  (Array.isArray(list) ? list : []).map((node, at) => ({
    metadata: { name: `node-${at}` },
    ...(node as object),
  }))

const byAddress = (list: readonly unknown[]) =>
  Object.fromEntries(list.map((member) => [`${textAt(member, 'address')}`, member]))

export const membersIn: Compare = (one) => {
  const resolved = resolvedIn(one)
  const config = configOf(one)
  const local = localIn(one)
  const monitored = inside(resolved, 'enableMonitor') === true
  const parts = membersOn({
    nodes: targetNodes(nodesOf(one.context['nodes'])),
    family:
      familyIn(resolved) ??
      one.service?.spec?.ipFamilies?.find(
        (family): family is Family => family === 'IPv4' || family === 'IPv6',
      ),
    nodePort: one.service?.spec?.ports?.[0]?.nodePort ?? 0,
    gap: '',
    subnetId: textAt(resolved, 'lbMemberSubnetID'),
    monitorPort: monitored ? local.healthCheckNodePort : undefined,
    serial: config.serialApiCalls,
    owners: [],
  })
  const members = Object.values(parts).map(({ spec }) => spec)
  const listed = inside(one.expected, 'members')
  if (Array.isArray(listed)) {
    return fieldsApart(byAddress(members), byAddress(listed))
  }
  const counts = { memberCount: members.length, newMemberCount: members.length }
  return fieldsApart(
    counts,
    Object.fromEntries(
      Object.entries(isObject(one.expected) ? one.expected : {}).filter(([key]) => key in counts),
    ),
  )
}

export const selectedIn: Compare = (one) => {
  const labels = one.context['nodeLabels']
  const read = settingsIn(one.service)
  const selector = read.settings.nodeSelector?.value ?? {}
  return valueApart(
    matches(selector, isObject(labels) ? (labels as Record<string, string>) : {}),
    one.expected,
  )
}

export const addressIn: Compare = (one) => {
  const node = one.context['node'] as NodeObject
  const found = nodeAddress({ addresses: node.status?.addresses ?? [] }, familyIn(one.context))
  if (wantsError(one.expected)) return found === undefined ? [] : [`ours ${found}, wanted an error`]
  return valueApart(found, one.expected)
}

/** Host names have no case, and ours are small. */
const small = (ingress: unknown): unknown =>
  isObject(ingress) && typeof ingress['hostname'] === 'string'
    ? { ...ingress, hostname: ingress['hostname'].toLowerCase() }
    : ingress

export const statusIn: Compare = (one) => {
  const asked = askedIn(one)
  const config = configOf(one)
  const { settings } = settingsIn(one.service)
  const enabled = inside(resolvedIn(one), 'enableProxyProtocol') === true
  const ingress = ingressFor(
    {
      address: textAt(one.context, 'address') ?? '',
      hostname: settings.hostname?.value,
      proxy: enabled || asked.proxy !== 'off',
    },
    config,
  )
  const status = inside(one.expected, 'status') ?? one.expected
  const wanted = inside(inside(status, 'loadBalancer') ?? status, 'ingress')
  return fieldsApart(ingress, small(Array.isArray(wanted) ? (wanted[0] as unknown) : wanted))
}
