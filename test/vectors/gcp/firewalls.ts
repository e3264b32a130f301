import { firewallCommand } from '../../../providers/gcp/gcloud.ts'
import { createBlueprint } from '../../../providers/gcp/blueprint.ts'
import { canonicalFirewall, oneRange } from '../../../providers/gcp/kinds/firewall-form.ts'
import { spanOf } from '../../../providers/gcp/ports.ts'
import { whose } from '../../../providers/gcp/descriptions.ts'
import { equal, isObject, type JsonObject } from '../../../src/lib/json.ts'
import type { Compare, Vector } from '../vector.ts'
import {
  type Asked,
  askedFor,
  differences,
  fakeCloud,
  find,
  isError,
  known,
  specDifferences,
  wholeService,
} from './planned.ts'
import { contribute } from '../../support/plan-service.ts'

const body = (value: unknown): JsonObject => (isObject(value) ? value : {})

const unreadable = (wall: JsonObject): boolean =>
  [wall['allowed'], wall['denied']].some(
    (list) =>
      Array.isArray(list) &&
      list.some((entry) => {
        const ports = body(entry)['ports']
        return Array.isArray(ports) && ports.some((port) => spanOf(String(port)) === undefined)
      }),
  )

const sameRule: Compare = ({ context, expected }) => {
  const [a, b] = [body(context['a']), body(context['b'])]
  const both = isObject(context['a']) === isObject(context['b'])
  const err = unreadable(a) || unreadable(b)
  const wanted = body(expected)
  const bare = (wall: JsonObject): JsonObject =>
    context['skipDescription'] === true ? { ...wall, description: '' } : wall
  return [
    ...(wanted['err'] === undefined ? [] : differences('err', err, wanted['err'])),
    ...differences(
      'value',
      !err && both && equal(canonicalFirewall(bare(a)), canonicalFirewall(bare(b))),
      wanted['value'],
    ),
  ]
}

const set = (value: unknown): readonly string[] =>
  [...new Set(((value ?? []) as readonly string[]).map(oneRange))].toSorted()

const sameRanges: Compare = ({ context, expected }) => {
  return differences('equal', equal(set(context['a']), set(context['b'])), body(expected)['equal'])
}

interface Wanted {
  readonly ip?: unknown
  readonly ranges?: unknown
  readonly tags?: unknown
}

/** Our rule for the clients of a Service at an address. An address that the cloud chose is one like any other. */
function ruleFor(one: Vector, { ip, ranges, tags }: Wanted): JsonObject {
  const address = ip === '<assigned>' ? '203.0.113.9' : typeof ip === 'string' ? ip : ''
  const service = wholeService(one.service, false, {
    ...(Array.isArray(ranges) && ranges.length > 0 ? { loadBalancerSourceRanges: ranges } : {}),
    ...(address === '' ? {} : { loadBalancerIP: address }),
  })
  const nodeTags = Array.isArray(tags) ? (tags as readonly string[]) : ['tag']
  const blueprint = createBlueprint({ nodeTags, without: address === '' ? ['destination-ranges'] : [] })
  const { resources } = contribute(blueprint, service, { facts: fakeCloud })
  return canonicalFirewall(find(resources, 'firewall', 'allow/IPv4') ?? {})
}

const object: Compare = (one) => {
  const { sourceRanges, destinationIP, nodeTags } = one.context
  const wanted = canonicalFirewall(body(body(one.expected)['firewall']))
  const ours = ruleFor(one, { ip: destinationIP, ranges: sourceRanges, tags: nodeTags })
  // Who calls that function of the peer puts in what "from everywhere" means.
  const none = Array.isArray(sourceRanges) && sourceRanges.length === 0 ? ['sourceRanges'] : []
  const symbols = ['name', 'description', 'network', ...none]
  return specDifferences('firewall', known(ours, symbols), known(wanted, symbols))
}

const assigned = (text: string): string => (text === '<assigned>' ? '203.0.113.9' : text)

const needsUpdate: Compare = (one) => {
  const { existingFirewall, loadBalancerIP, wantSourceRanges } = one.context
  const exists = isObject(existingFirewall)
  const wanted = body(one.expected)
  const ours = ruleFor(one, { ip: loadBalancerIP, ranges: wantSourceRanges })
  const theirs = canonicalFirewall(
    JSON.parse(JSON.stringify(body(existingFirewall)), (_key, value: unknown) =>
      typeof value === 'string' ? assigned(value) : value,
    ) as JsonObject,
  )
  const fields = ['allowed', 'sourceRanges', 'destinationRanges', 'priority']
  const differs = !exists || fields.some((field) => !equal(ours[field], theirs[field]))
  return [
    ...differences('exists', exists, wanted['exists'] ?? exists),
    ...differences('needsUpdate', differs, wanted['needsUpdate']),
  ]
}

/** One rule of a Service that is told by its parts. */
const ensure: Compare = (one) => {
  const params = body(one.context['params'])
  const [namespace = '', name = ''] = String(one.context['nsName']).split('/')
  const allowed = Array.isArray(params['allowed']) ? params['allowed'].map(body) : []
  const ports = allowed.flatMap(({ IPProtocol, ports: list }) =>
    (Array.isArray(list) ? list : []).map((port) => ({ protocol: IPProtocol, port: Number(port) })),
  )
  const network = body(params['network'])['networkURL']
  const internal = params['l4Type'] === 0
  const service = wholeService({ metadata: { name, namespace }, spec: { ports } } as never, internal, {
    loadBalancerIP: params['ip'],
    ...(params['sourceRanges'] === undefined ? {} : { loadBalancerSourceRanges: params['sourceRanges'] }),
  })
  const machines = (params['nodeNames'] ?? []) as readonly string[]
  const tags = machines.map((machine) => machine.replace(/-[^-]*$/, ''))
  const { resources, problems } = askedFor({ nodeTags: tags }, service, {
    facts: { ...fakeCloud, ...(typeof network === 'string' ? { network } : {}) },
  })
  const ours = canonicalFirewall(find(resources, 'firewall', 'allow/IPv4') ?? {})
  const wanted = canonicalFirewall(body(body(one.expected)['value']))
  const symbols = ['name', 'description', ...(wanted['network'] === undefined ? ['network'] : [])]
  return [
    ...problems.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    ...specDifferences('firewall', known(ours, symbols), known(wanted, symbols)),
    ...differences('description', whose(ours['description']), whose(wanted['description'])),
  ]
}

const allowedPorts: Compare = (one) => {
  const listed = one.service?.spec?.ports ?? one.context['svcPorts'] ?? one.context['ports']
  const wanted = body(one.expected)['value']
  if (!Array.isArray(listed) || listed.length === 0) return differences('value', null, wanted)
  const service = wholeService(one.service, false, { ports: listed })
  const rule = canonicalFirewall(find(askedFor({}, service).resources, 'firewall', 'allow/IPv4') ?? {})
  const theirs = canonicalFirewall({ allowed: wanted ?? [] })
  return differences('value', rule['allowed'], theirs['allowed'])
}

const ranges =
  (family: 'IPv4' | 'IPv6', field: string): Compare =>
  (one) => {
    const families = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }
    const asked: Asked = askedFor({}, wholeService(one.service, false, families))
    const wanted = body(one.expected)
    const error = isError(asked)
    const rule = canonicalFirewall(find(asked.resources, 'firewall', `allow/${family}`) ?? {})
    const theirs = canonicalFirewall({ sourceRanges: wanted[field] ?? [] })
    return [
      ...differences('error', error, wanted['error'] ?? false),
      ...(error ? [] : differences(field, rule['sourceRanges'] ?? [], theirs['sourceRanges'])),
    ]
  }

const command =
  (verb: 'create' | 'update'): Compare =>
  ({ context, expected }) => {
    const project = typeof context['projectID'] === 'string' ? context['projectID'] : ''
    const args = (body(expected)['args'] ?? []) as readonly string[]
    return differences('command', firewallCommand(verb, body(context['fw']), project), args.join(' '))
  }

export const firewallCompares: Readonly<Record<string, Compare>> = {
  'legacy.firewall.equal': sameRule,
  'v2.firewall.equal': sameRule,
  'v2.firewall.ipRangesEqual': sameRanges,
  'legacy.firewall.object': object,
  'legacy.firewall.needsUpdate': needsUpdate,
  'gcloud.createCommand': command('create'),
  'gcloud.updateCommand': command('update'),
  'v2.firewall.ensure': ensure,
  'v2.firewall.allowedPorts': allowedPorts,
  'sourceRanges.ipv4': ranges('IPv4', 'ipv4SourceRanges'),
  'sourceRanges.ipv6': ranges('IPv6', 'ipv6SourceRanges'),
}
