import { textOf } from '../../src/lib/json-fields.ts'
import type { Json, JsonObject } from '../../src/lib/json.ts'
import type { Family } from '../../src/model/load-balancer.ts'
import { note, type Problem } from '../../src/model/problem.ts'
import { ref, type Ref, type Resource, unknown } from '../../src/plan/resource.ts'
import { has } from './config.ts'
import { describe } from './descriptions.ts'
import { type Front, labelOrigins } from './desired-address.ts'
import type { Transport } from './names.ts'
import { ruleKey, udpRuleKey } from './owners.ts'
import { hasGaps, protocolOf, rulePorts, transportsOf } from './ports.ts'
import { type RulePlace, rulePlace } from './rule-place.ts'
import type { Wish } from './wish.ts'

interface DesiredRules {
  readonly rules: readonly Resource[]
  readonly problems: readonly Problem[]
}

interface Entry {
  readonly key: string
  readonly stack?: string
  readonly labels?: RulePlace['labels']
  /** In a group each port has a rule of its own. */
  readonly port?: number
  readonly at?: string
  readonly transport: Transport
  readonly name: string
}

/** Where clients come in: one rule for each family, two where TCP and UDP share an external IPv4 address. */
export function desiredRules(
  wish: Wish,
  fronts: readonly Front[],
  service: Resource,
  guards: readonly Ref[],
): DesiredRules {
  const made = fronts.flatMap((front) =>
    entriesOf(wish, front.family).map((entry) => ruleFor(wish, front, entry, service, guards)),
  )
  return { rules: made.map(({ rule }) => rule), problems: made.flatMap(({ problems }) => problems) }
}

function entriesOf(wish: Wish, family: Family): readonly Entry[] {
  const { internal, scheme, names, config, lb } = wish
  const transport = protocolOf(transportsOf(lb.ports))
  const ipv6 = family === 'IPv6'
  if (wish.settings.group !== undefined)
    return lb.ports.map(({ port, protocol, index }): Entry => {
      const one = protocol === 'UDP' ? 'UDP' : 'TCP'
      const { stack, key, labels } = rulePlace(wish, family, { key: '', transport: one, port })
      return {
        key,
        stack,
        labels,
        transport: one,
        name: names.numbered(one, port, ipv6),
        port,
        at: `spec.ports[${index}]`,
      }
    })
  const first = ruleKey(scheme, family)
  const udp = udpRuleKey(scheme, family)
  const mixed = transport === 'L3_DEFAULT'
  if (internal || mixed) {
    if (internal || ipv6 || config.mixedProtocols === 'l3')
      return [{ key: first, transport, name: names.forwardingRule(transport, ipv6) }]
    return [
      { key: first, transport: 'TCP', name: names.forwardingRule('TCP', false) },
      { key: udp, transport: 'UDP', name: names.forwardingRule('UDP', false) },
    ]
  }
  // One of two rules that stays has its place already: the other one goes, and this is left alone.
  const stays = transport === 'UDP' && standing(wish, udp) !== undefined
  return [{ key: stays ? udp : first, transport, name: names.legacyRule(ipv6) }]
}

const standing = ({ observed }: Wish, key: string): JsonObject | undefined =>
  observed.find((item) => item.kind === 'forwarding-rule' && item.key === key)?.spec

function ruleFor(
  wish: Wish,
  { family, ip, known, needs, origin }: Front,
  { key, transport, name, port: single, ...place }: Entry,
  service: Resource,
  guards: readonly Ref[],
): { readonly rule: Resource; readonly problems: readonly Problem[] } {
  const { lb, internal, tier, settings, subnet, config, region } = wish
  const ipv6 = family === 'IPv6'
  const { tcp, udp } = transportsOf(lb.ports)
  const all = (transport === 'UDP' ? udp : transport === 'TCP' ? tcp : lb.ports).map(({ port }) => port)
  const numbers = single === undefined ? all : [single]
  const labels = place.labels ?? settings.labels?.value ?? {}
  const ports = rulePorts(numbers, {
    transport,
    internal,
    discrete: has(config, 'discrete-ports'),
    existing: standing(wish, key),
  })
  const collection = ipv6 && !internal ? settings.ipCollection : undefined
  const inSubnet = internal || (ipv6 && subnet.name !== undefined)
  const rule: Resource = {
    stack: place.stack ?? wish.stack,
    kind: 'forwarding-rule',
    key,
    owners: wish.owners,
    spec: {
      name,
      region,
      loadBalancingScheme: internal ? 'INTERNAL' : 'EXTERNAL',
      IPProtocol: transport,
      IPAddress: ip,
      ...(ipv6 ? { ipVersion: 'IPV6' } : {}),
      ...ports,
      networkTier: tier,
      ...(internal ? { network: wish.network } : {}),
      ...(inSubnet ? { subnetwork: subnet.path ?? unknown('the subnet of the nodes') } : {}),
      ...(internal ? { allowGlobalAccess: settings.globalAccess?.value === true } : {}),
      backendService: ref(service, 'selfLink'),
      ...(collection === undefined ? {} : { ipCollection: collection.value }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      description: describe({ service: lb.owner.name, uid: lb.uid, ip: known }),
    },
    needs: [...needs, ...guards],
    origins: { ...originsOf(wish, origin), ...(place.at === undefined ? {} : { '': place.at }) },
    purpose: `${transport === 'L3_DEFAULT' ? 'all ports, TCP and UDP' : `${transport} ${said(ports)}`}, over ${family}`,
  }
  return { rule, problems: 'portRange' in ports && hasGaps(numbers) ? [gaps(ports.portRange)] : [] }
}

const said = (ports: Readonly<Record<string, Json>>): string => {
  const listed = ports['ports']
  if (Array.isArray(listed)) return `${listed.length === 1 ? 'port' : 'ports'} ${listed.join(', ')}`
  return ports['allPorts'] === true ? 'on all ports' : `ports ${textOf(ports['portRange']) ?? ''}`
}

function originsOf(wish: Wish, address: string | undefined): Record<string, string> {
  const { settings, subnet, schemePath, tierPath } = wish
  return {
    ...(schemePath === undefined ? {} : { loadBalancingScheme: schemePath }),
    IPProtocol: 'spec.ports',
    ports: 'spec.ports',
    portRange: 'spec.ports',
    allPorts: 'spec.ports',
    ...(address === undefined ? {} : { IPAddress: address }),
    ...(tierPath === undefined ? {} : { networkTier: tierPath }),
    ...(subnet.origin === undefined ? {} : { subnetwork: subnet.origin }),
    ...(settings.globalAccess === undefined ? {} : { allowGlobalAccess: settings.globalAccess.path }),
    ...(settings.ipCollection === undefined ? {} : { ipCollection: settings.ipCollection.path }),
    ...labelOrigins(wish),
  }
}

const gaps = (range: string): Problem =>
  note(
    'LB_GCP_PORT_RANGE',
    'spec.ports',
    `the forwarding rule takes ports ${range} as one range; what lies between the Service's own is kept out by the firewall`,
    { value: range, accepted: 'at most five ports of a protocol', hint: 'nothing has to be done' },
  )
