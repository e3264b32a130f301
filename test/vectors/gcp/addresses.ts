import { addressesFor, type AddressOptions } from '../../../providers/gcp/addresses.ts'
import { addresses } from '../../../providers/gcp/annotation-types.ts'
import { gcpRows } from '../../../providers/gcp/annotations.ts'
import { addressKey } from '../../../providers/gcp/facts.ts'
import { answerFrom } from '../../../providers/gcp/facts-given.ts'
import { forwardingRuleForm } from '../../../providers/gcp/kinds/forwarding-rule-form.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Family } from '../../../src/model/load-balancer.ts'
import { annotationPath } from '../../../src/model/problem.ts'
import type { Compare, Vector } from '../vector.ts'
import {
  applied,
  blueprintWith,
  differences,
  fakeCloud,
  planServices,
  specDifferences,
  wholeService,
} from './planned.ts'

const body = (value: unknown): JsonObject => (isObject(value) ? value : {})
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const { key } = gcpRows.addresses

/** Which address each family gets, as `desired` decides it. */
function chosen(one: Vector, families: readonly Family[]) {
  const { service, context } = one
  const given = { addresses: (context['reservedAddresses'] ?? []) as Json }
  const raw = service?.metadata?.annotations?.[key] ?? ''
  const read = addresses.parse(raw)
  const value = read.ok ? read.value : []
  const ip = text(service?.spec?.loadBalancerIP)
  const rule = context['existingForwardingRule']
  const subnet = text(body(rule)['subnetwork'])
  const existing = isObject(rule)
    ? {
        [families[0] ?? 'IPv4']: {
          name: 'rule',
          ip: text(rule['IPAddress']),
          subnet: subnet === '' ? undefined : subnet,
        },
      }
    : {}
  const asked = [...value.map((wish) => ('name' in wish ? wish.name : wish.ip)), ...(ip === '' ? [] : [ip])]
  const facts = new Map(
    asked.map((name) => [addressKey(name), answerFrom({ key: addressKey(name), what: '' }, given, [])]),
  )
  const options: AddressOptions = {
    families,
    internal: false,
    global: false,
    tier: 'PREMIUM',
    region: undefined,
    subnet: '',
    facts,
    existing,
    named: { value, path: annotationPath(key) },
    ...(ip === '' ? {} : { requested: { value: ip, path: 'spec.loadBalancerIP' } }),
  }
  return addressesFor(options).by
}

const fromAnnotation: Compare = (one) => {
  const { IPv4, IPv6 } = chosen(one, ['IPv4', 'IPv6'])
  const ours = {
    ipv4Address: IPv4?.ip ?? '',
    ipv6Address: bare(IPv6?.ip ?? ''),
    ipv4AddressName: IPv4?.name ?? '',
    ipv6AddressName: IPv6?.name ?? '',
  }
  const wanted = body(one.expected)
  return specDifferences('', ours, { ...wanted, ipv6Address: bare(text(wanted['ipv6Address'])) })
}

/** 0::1 and ::1 are one address. */
const bare = (ip: string): string => ip.replace(/^0::/, '::')

const toUse =
  (family: Family): Compare =>
  (one) => {
    const found = chosen(one, [family])[family]
    // The peer knows an address by its name only where the annotation names it.
    const named = one.service?.metadata?.annotations?.[key] === undefined ? '' : (found?.name ?? '')
    return specDifferences('', { ip: found?.ip ?? '', addressName: named }, body(one.expected))
  }

/** What is held through an edit: the address that is reserved, and whether the rule that stands has to go. */
const hold: Compare = (one) => {
  const blueprint = blueprintWith({})
  const rules = (one.context['existingRules'] ?? []) as readonly JsonObject[]
  const transports = rules.map(({ name }) => (text(name).includes('-udp-') ? 'UDP' : 'TCP'))
  const service = wholeService(
    one.service,
    false,
    rules.length > 0 ? { ports: transports.map((protocol) => ({ name: protocol, port: 80, protocol })) } : {},
  )
  const description = JSON.stringify({
    'networking.gke.io/service-name': `${service.metadata.namespace ?? ''}/${service.metadata.name}`,
  })
  const observed = rules.flatMap((rule, at) => {
    const IPProtocol = transports[at] ?? 'TCP'
    const wire = { IPProtocol, loadBalancingScheme: 'EXTERNAL', portRange: '80-80', description, ...rule }
    return forwardingRuleForm.observe?.(wire, { name: '' }) ?? []
  })
  const facts = { ...fakeCloud, addresses: (one.context['reservedAddresses'] ?? []) as Json }
  const { plan } = planServices(blueprint, [service], { facts, observed })
  const after = [...applied(plan, observed).values()]
  const address = after.find(({ kind }) => kind === 'address')?.spec
  const rule = after.find(({ kind }) => kind === 'forwarding-rule')?.spec
  const ip = rule?.['IPAddress']
  const wanted = body(one.expected)
  const chosenByCloud = isObject(ip) && rules.length === 0
  return [
    ...(chosenByCloud ? [] : differences('ip', ip, wanted['ip'])),
    ...differences('management', address === undefined ? 'unmanaged' : 'managed', wanted['management']),
    ...differences(
      'teardown',
      plan.steps.some(({ kind, action }) => kind === 'forwarding-rule' && action === 'delete'),
      wanted['tearDownExistingRule'],
    ),
  ]
}

const inRules: Compare = ({ context, expected }) => {
  const rules = (context['forwardingRules'] ?? context['existingRules'] ?? []) as readonly JsonObject[]
  const version = context['ipVersion']
  const found = rules
    .flatMap(
      (rule) =>
        forwardingRuleForm.observe?.({ name: 'rule', IPProtocol: 'TCP', ...rule }, { name: '' }) ?? [],
    )
    .some(
      ({ out }) =>
        out['address'] === context['address'] &&
        (out['address']?.includes(':') === true) === (version === 'IPV6'),
    )
  return differences('result', found, body(expected)['result'])
}

export const addressCompares: Readonly<Record<string, Compare>> = {
  'address.fromAnnotation': fromAnnotation,
  'address.ipv4ToUse': toUse('IPv4'),
  'address.ipv6ToUse': toUse('IPv6'),
  'address.holdExternalIPv4': hold,
  'address.inForwardingRules': inRules,
}
