import { asUnknown } from '../../src/plan/leaves.ts'
import type { JsonObject } from '../../src/lib/json.ts'
import { ownersOf } from '../../src/plan/draft.ts'
import { type Part, type Parts, unknown } from '../../src/plan/resource.ts'
import type { Peer } from './access.ts'
import type { CheckedRoute } from './desired-security-group.ts'
import { portsReached } from './pod-targets.ts'
import { backendRule, ruleKey, rulePart, type RuleTuple } from './rules.ts'
import type { Wish } from './wish.ts'

/** What one Service needs the nodes to let in from the shared group. `aggregated` makes one rule of all Services'. */
export function backendRules(wish: Wish, routes: readonly CheckedRoute[], peer: Peer): Parts {
  const owners = [wish.lb.owner]
  const parts: Record<string, Part> = {}
  const add = (tuple: RuleTuple, path: string): void => {
    const whole = { ...tuple, peer: peer.name, peerValue: peer.value }
    parts[ruleKey(whole)] ??= rulePart(whole, backendRule, owners, path)
  }
  const every = { from: 0, to: 65_535, peer: undefined }
  const open = wish.config.openBackendRules
  for (const { route, health } of routes) {
    const { gap } = route.target
    const ports = portsReached(wish, route)
    for (const protocol of route.transports)
      for (const port of ports)
        add(open ? { protocol, ...every } : { protocol, from: port, to: port, gap, peer: '' }, route.path)
    const path = health.origins['HealthCheckPort'] ?? route.path
    // Health is asked for over TCP, also of what speaks UDP.
    for (const at of health.spec['HealthCheckPort'] === 'traffic-port' ? ports : [health.port])
      add(
        open
          ? { protocol: 'tcp', ...every }
          : { protocol: 'tcp', from: at, to: at, gap: health.gap, peer: '' },
        path,
      )
  }
  return parts
}

/** Whether a rule stands for what several Services asked for, and so is the cluster's. */
export const isShared = ({ Description }: JsonObject): boolean => Description === backendRule

/** All ports that one group reaches over one protocol. */
interface Span {
  readonly part: Part
  readonly protocol: string
  readonly peer: string
  from: number
  to: number
  known: boolean
  readonly asked: Part[]
}

/**
 * The rules from one group to the ports of all Services as the nodes' group holds them: one for each protocol, from the
 * lowest port to the highest. However many Services there are, a group of 60 rules does not fill up.
 *
 *   held   wanted   ->   in force
 *   2-4    3-6           2-6   a rule that grows never stops holding what it held: it is changed in place
 *   2-6    3-6           3-6   all that is wanted is in already: a narrower rule goes in, and then the wide one goes
 *
 * With `growOnly`, while some of those who may need what is held are not known, none is made narrower. A rule is asked for
 * by those whose ports it does not hold yet, so that the others hear nothing of it; one that is only narrower, by nobody.
 */
export function aggregated(parts: Parts, held: Parts = none, growOnly: () => boolean = never): Parts {
  const last = lastOf.get(parts)
  const same = last?.held === held && (last.growOnly === undefined || last.growOnly === growOnly())
  if (same) return last.inForce
  let asked: boolean | undefined
  const inForce = aggregate(parts, held, () => (asked ??= growOnly()))
  lastOf.set(parts, { held, growOnly: asked, inForce })
  return inForce
}

const none: Parts = {}
const never = () => false

/** An edit of one Service seldom changes what all need, and to go through the parts of 10,000 takes milliseconds. */
const lastOf = new WeakMap<
  Parts,
  { readonly held: Parts; readonly growOnly: boolean | undefined; readonly inForce: Parts }
>()

function aggregate(parts: Parts, held: Parts, growOnly: () => boolean): Parts {
  const rest: Record<string, Part> = {}
  const spans = new Map<string, Span>()
  for (const key in parts) {
    const part = parts[key] as Part
    const { IpProtocol: protocol, FromPort: from, ToPort: to } = part.spec
    if (!isShared(part.spec) || typeof protocol !== 'string') {
      rest[byId(key, part)] = part
      continue
    }
    const peer = peerIn(key, part)
    const id = `${protocol}/${peer}`
    const span = spans.get(id) ?? { part, protocol, peer, from: 65_535, to: 0, known: true, asked: [] }
    spans.set(id, span)
    include(span, part)
    span.known &&= asUnknown(from) === undefined && asUnknown(to) === undefined
    span.asked.push(part)
  }
  for (const span of spans.values()) {
    const { part, protocol, peer } = span
    const ours = Object.values(held).filter((rule) => rule.foreign !== true && isOf(span, rule))
    const outside = span.asked.filter((one) => !ours.some((rule) => holds(rule, one)))
    const wider = ours.some((rule) => reachesBeyond(rule, span))
    if (outside.length > 0 || (wider && growOnly())) for (const rule of ours) include(span, rule)
    const [from, to] = span.known ? [span.from, span.to] : [undefined, undefined]
    rest[ruleKey({ protocol, from, to, peer, gap: 'ports in use' })] = {
      ...part,
      spec: {
        ...part.spec,
        FromPort: from ?? unknown('the lowest port in use'),
        ToPort: to ?? unknown('the highest port in use'),
      },
      owners: ownersOf(outside.length > 0 || ours.length === 0 ? outside : ours),
    }
  }
  return rest
}

function include(span: Span, { spec: { FromPort: from, ToPort: to } }: Part): void {
  if (typeof from === 'number') span.from = Math.min(span.from, from)
  if (typeof to === 'number') span.to = Math.max(span.to, to)
}

const reachesBeyond = ({ spec: { FromPort: from, ToPort: to } }: Part, span: Span): boolean =>
  (typeof from === 'number' && from < span.from) || (typeof to === 'number' && to > span.to)

const isOf = ({ protocol, peer }: Pick<Span, 'protocol' | 'peer'>, { spec }: Part): boolean =>
  isShared(spec) && spec['IpProtocol'] === protocol && spec['ReferencedGroupId'] === peer

/** Whether all ports of one rule are in another one. */
export function holds({ spec: outer }: Pick<Part, 'spec'>, { spec: inner }: Pick<Part, 'spec'>): boolean {
  const [from, to, least, most] = [outer['FromPort'], outer['ToPort'], inner['FromPort'], inner['ToPort']]
  if (typeof from !== 'number' || typeof to !== 'number') return false
  return typeof least === 'number' && typeof most === 'number' && from <= least && most <= to
}

/** A rule from one group is known to EC2 by the group's id: its key has that as soon as there is one. */
function byId(key: string, { spec }: Part): string {
  const { ReferencedGroupId: peer, IpProtocol: protocol, FromPort: from, ToPort: to } = spec
  if (typeof peer !== 'string' || typeof from !== 'number' || typeof to !== 'number') return key
  return typeof protocol === 'string' ? ruleKey({ protocol, from, to, peer }) : key
}

/** The id of the group once it has one, else its name, which the key ends with. */
function peerIn(key: string, { spec }: Part): string {
  const id = spec['ReferencedGroupId']
  return typeof id === 'string' ? id : key.split('/').slice(2).join('/')
}
