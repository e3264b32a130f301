import type { Json, JsonObject } from '../../src/lib/json.ts'
import type { Port } from '../../src/model/load-balancer.ts'
import { ruleName } from './names.ts'
import {
  asksElsewhere,
  nodePortOf,
  podProbe,
  portProbe,
  probesPods,
  type ProbeWish,
  sharedProbe,
} from './probes.ts'
import type { FamilyWish, Wish } from './wish.ts'

export interface RuleWish {
  readonly name: string
  readonly properties: JsonObject
  readonly path: string
}

/** What leads from one frontend to the nodes. */
interface Routing {
  readonly rules: readonly RuleWish[]
  readonly probes: readonly ProbeWish[]
}

const protocols = { TCP: 'Tcp', UDP: 'Udp', SCTP: 'All' } as const

/** Ports that get a rule. */
export const ruledPorts = ({ lb, keyed }: Wish): readonly Port[] =>
  lb.ports.filter(({ port }) => keyed.portNoRule?.[String(port)]?.value !== true)

export function routingFor(wish: Wish, family: FamilyWish): Routing {
  const routing = wish.highAvailabilityPorts ? haRouting(wish, family) : portRouting(wish, family)
  const probes = new Map(routing.probes.map((probe) => [probe.name, probe]))
  return { rules: routing.rules, probes: [...probes.values()] }
}

function portRouting(wish: Wish, family: FamilyWish): Routing {
  const probes: ProbeWish[] = []
  const rules = ruledPorts(wish).map((port): RuleWish => {
    const name = ruleName(family.names, port.protocol, port.port)
    const probe = probeFor(wish, family, port, name)
    if (probe !== undefined) probes.push(probe)
    const protocol = protocols[port.protocol]
    return {
      name,
      path: `spec.ports[${port.index}]`,
      properties: {
        protocol,
        frontendPort: port.port,
        backendPort: family.floatingIP ? port.port : nodePortOf(port),
        enableFloatingIP: family.floatingIP,
        ...shared(wish, family, protocol === 'Tcp', probe),
      },
    }
  })
  return { rules, probes }
}

/** One rule for everything, named after the first port; the first port that has a probe tells which nodes are well. */
function haRouting(wish: Wish, family: FamilyWish): Routing {
  const [first] = wish.lb.ports
  if (first === undefined) return { rules: [], probes: [] }
  const name = ruleName(family.names, first.protocol, first.port)
  const probe = wish.lb.ports
    .map((port) => probeFor(wish, family, port, name))
    .find((found) => found !== undefined)
  const rule: RuleWish = {
    name,
    path: wish.settings.highAvailabilityPorts?.path ?? 'spec.ports',
    properties: {
      protocol: 'All',
      frontendPort: 0,
      backendPort: 0,
      enableFloatingIP: family.floatingIP,
      ...shared(wish, family, true, probe),
    },
  }
  return { rules: [rule], probes: probe === undefined ? [] : [probe] }
}

function probeFor(wish: Wish, family: FamilyWish, port: Port, name: string): ProbeWish | undefined {
  if (wish.keyed.portNoProbe?.[String(port.port)]?.value === true) return undefined
  if (asksElsewhere(wish, port)) return portProbe(wish, port, name)
  if (probesPods(wish)) return podProbe(wish, family)
  if (wish.config.clusterProbe === 'shared' && wish.lb.trafficPolicy === 'Cluster') return sharedProbe(wish)
  return portProbe(wish, port, name)
}

const to = (id: Json): JsonObject => ({ id })

/** What all rules of a Service have alike. */
function shared(
  { lb, settings, config, loadBalancer }: Wish,
  { frontendId, pool }: FamilyWish,
  resets: boolean,
  probe: ProbeWish | undefined,
): JsonObject {
  const standard = config.loadBalancerSku === 'standard'
  return {
    loadDistribution: lb.affinity === undefined ? 'Default' : 'SourceIP',
    idleTimeoutInMinutes: settings.idleTimeout?.value ?? 4,
    ...(standard && resets ? { enableTcpReset: settings.disableTcpReset?.value !== true } : {}),
    disableOutboundSnat: standard && config.disableOutboundSnat,
    frontendIPConfiguration: to(frontendId),
    backendAddressPool: to(loadBalancer.id('backendAddressPools', pool)),
    ...(probe === undefined ? {} : { probe: to(loadBalancer.id('probes', probe.name)) }),
  }
}
