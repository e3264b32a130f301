import {
  canonicalRule,
  forwardingRuleForm,
  patched,
} from '../../../providers/gcp/kinds/forwarding-rule-form.ts'
import { lastOf } from '../../../providers/gcp/links.ts'
import { keepsRange, portRange, protocolOf, transportsOf } from '../../../providers/gcp/ports.ts'
import { whose } from '../../../providers/gcp/descriptions.ts'
import { equal, isObject, type JsonObject } from '../../../src/lib/json.ts'
import { portsOf } from '../../../src/model/service-ports.ts'
import type { Compare, Vector } from '../vector.ts'
import { userError } from './user-errors.ts'
import {
  applied,
  askedFor,
  blueprintWith,
  differences,
  fakeCloud,
  known,
  planServices,
  specDifferences,
  wholeService,
  word,
} from './planned.ts'

const rule = (value: unknown): JsonObject => (isObject(value) ? value : {})

const without = (spec: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(spec).filter(([key]) => !fields.includes(key)))

const forms = ['name', 'description', 'id']

/** As a wish for the new one would be canonical beside the old one: a range that still fits is kept. */
function pair(one: Vector): readonly [JsonObject, JsonObject] {
  const { context } = one
  const old = rule(context['oldFwdRule'] ?? context['existing'])
  const next = rule(context['newFwdRule'] ?? context['requested'])
  const listed = next['ports']
  const ports = Array.isArray(listed) ? listed.map(Number) : []
  const keeps = context['discretePortForwarding'] === true && ports.length > 0 && keepsRange(old, ports)
  const { ports: _listed, ...rest } = next
  const wish = keeps ? { ...rest, portRange: portRange(ports) } : next
  return [canonicalRule(without(old, forms)), canonicalRule(without(wish, forms))]
}

const equalIPv4: Compare = (one) => {
  const [a, b] = pair(one)
  return differences('equal', equal(a, b), rule(one.expected)['equal'])
}

/** A rule of IPv6 is asked for with the address that stands, so that can never differ. */
const equalIPv6: Compare = (one) => {
  const [a, b] = pair(one)
  return differences(
    'equal',
    equal(without(a, ['IPAddress']), without(b, ['IPAddress'])),
    rule(one.expected)['equal'],
  )
}

const patchable: Compare = (one) => {
  const [a, b] = pair(one)
  const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (field) => !equal(a[field], b[field]),
  )
  const able = fields.every((field) => patched.some((one) => one === field))
  const wanted = rule(one.expected)
  if (!able || !isObject(wanted['patch'])) return differences('patchable', able, wanted['patchable'])
  const existing = rule(one.context['existing'])
  const patch = {
    id: existing['id'],
    name: existing['name'],
    allowGlobalAccess: b['allowGlobalAccess'] ?? false,
    ...(fields.includes('networkTier') ? { networkTier: b['networkTier'] } : {}),
  }
  return [
    ...differences('patchable', able, wanted['patchable']),
    ...differences('patch', patch, { allowGlobalAccess: false, ...wanted['patch'] }),
  ]
}

const portsIn = (one: Vector) =>
  portsOf(
    {
      ...one.service?.spec,
      ports: (one.service?.spec?.ports ?? []).map((port) => ({ ...port, port: port.port ?? 80 })),
    },
    {
      can: blueprintWith({}).can,
      origin: 'file',
    },
  ).ports

const protocol: Compare = (one) =>
  differences('value', protocolOf(transportsOf(portsIn(one))), rule(one.expected)['value'])

const needs: Compare = (one) => {
  const { tcp, udp } = transportsOf(portsIn(one))
  const [hasTcp, hasUdp] = [tcp.length > 0, udp.length > 0]
  const mixed = hasTcp && hasUdp
  return specDifferences('needs', { tcp: hasTcp, udp: hasUdp, mixed }, rule(one.expected))
}

const ports: Compare = (one) => {
  const { tcp, udp } = transportsOf(portsIn(one))
  const asked = one.context['protocol']
  const numbers = (asked === 'UDP' ? udp : asked === 'TCP' ? tcp : [...tcp, ...udp]).map(
    ({ port }) => `${port}`,
  )
  return differences('value', numbers, rule(one.expected)['value'])
}

/** One rule made or edited, in a cloud where its backend service is there already. */
const ensure: Compare = (one) => {
  const { context, expected } = one
  const wanted = rule(rule(expected)['forwardingRule'])
  const existing = context['existingRule']
  const internal = context['loadBalancer'] === 'ilb'
  const ipv6 = wanted['ipVersion'] === 'IPV6'
  const blueprint = blueprintWith({ without: ['discrete-ports'] })
  const address = context['ipToUse'] ?? context['ip']
  const service = wholeService(one.service, internal, {
    ...(ipv6 ? { ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' } : {}),
    ...(typeof address === 'string' && address !== '' ? { loadBalancerIP: address } : {}),
  })
  const description = JSON.stringify({
    'networking.gke.io/service-name': `${service.metadata.namespace ?? ''}/${service.metadata.name}`,
  })
  const backend = {
    name: lastOf(String(context['backendServiceLink'])),
    region: 'us-central1',
    loadBalancingScheme: internal ? 'INTERNAL' : 'EXTERNAL',
    protocol: word(wanted['IPProtocol'] ?? 'TCP'),
    description,
  }
  // What is in a cloud has a region and an address, which the cases leave out as the peer's comparison does.
  const given = ipv6 ? '2001:db8::9' : '203.0.113.9'
  const standing = isObject(existing)
    ? [{ name: 'rule', region: 'us-central1', IPAddress: given, ...existing }]
    : []
  const observed = [
    ...(blueprint.kinds['backend-service']?.observe?.(backend, { name: '' }) ?? []),
    ...standing.flatMap((body) => blueprint.kinds['forwarding-rule']?.observe?.(body, { name: '' }) ?? []),
  ]
  const reserved = context['namedAddress'] ?? context['reservedAddresses']
  const network = wanted['network']
  const subnetwork = wanted['subnetwork']
  const facts: JsonObject = {
    ...fakeCloud,
    ...(typeof network === 'string' ? { network } : {}),
    ...(typeof subnetwork === 'string'
      ? { project: subnetwork.split('/projects/')[1]?.split('/')[0] ?? '', subnet: lastOf(subnetwork) }
      : {}),
    ...(Array.isArray(reserved)
      ? { addresses: reserved }
      : isObject(reserved)
        ? { addresses: [reserved] }
        : {}),
  }
  const { plan, problems } = planServices(blueprint, [service], { facts, observed })
  const [after] = [...applied(plan, observed).values()].filter(({ kind }) => kind === 'forwarding-rule')
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (after === undefined) return errors.map(({ message }) => message)
  const fields = ['name', 'description', 'region', 'backendService']
  if (wanted['IPAddress'] === undefined) fields.push('IPAddress')
  const touched = plan.steps.some(({ kind }) => kind === 'forwarding-rule')
  const sync = rule(expected)['syncStatus']
  const canonical = forwardingRuleForm.canonical(wanted)
  const ours = known(after.spec, fields)
  return [
    ...specDifferences('rule', onlyWhere(ours, canonical), without(canonical, fields)),
    ...differences('owner', whose(after.spec['description'])?.service, whose(wanted['description'])?.service),
    ...(!internal && wanted['name'] !== undefined
      ? differences('name', after.spec['name'], wanted['name'])
      : []),
    ...(sync === undefined ? [] : differences('sync', touched, sync)),
  ]
}

/** The fake cloud's network has no path, and rules in it name none. */
const onlyWhere = (ours: JsonObject, theirs: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(ours).filter(
      ([field]) => !['network', 'subnetwork'].includes(field) || theirs[field] !== undefined,
    ),
  )

const flags: Compare = (one) => {
  const { resources, problems } = askedFor(
    { mixedProtocols: one.context['useL3Flag'] === true ? 'l3' : 'two-rules' },
    wholeService(one.service),
  )
  const keys = resources
    .filter(({ kind }) => kind === 'forwarding-rule')
    .map(({ spec }) => {
      const said = spec['IPProtocol'] === 'L3_DEFAULT' ? 'l3' : word(spec['IPProtocol']).toLowerCase()
      return `service.kubernetes.io/${said}-forwarding-rule${spec['ipVersion'] === 'IPV6' ? '-ipv6' : ''}`
    })
  const wanted = rule(one.expected)['forwardingRuleAnnotationKeys'] as readonly string[]
  return [
    ...problems.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    ...differences('keys', keys.toSorted(), wanted.toSorted()),
  ]
}

export const forwardingRuleCompares: Readonly<Record<string, Compare>> = {
  'v2.equalIPv4': equalIPv4,
  'v2.equalIPv6': equalIPv6,
  'v2.patchableIPv4': patchable,
  'v2.ports': ports,
  'v2.protocol': protocol,
  'v2.needsProtocols': needs,
  'v2.netlb.createIPv4': ensure,
  'v2.netlb.updateIPv4': ensure,
  'v2.ilb.updateIPv4': ensure,
  'v2.ilb.ensureIPv4': ensure,
  'v2.ilb.ensureIPv6': ensure,
  'v2.netlb.mixedProtocolFlags': flags,
  'error.isUserError': userError,
}
