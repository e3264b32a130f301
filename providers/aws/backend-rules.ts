import { asUnknown } from '../../src/plan/leaves.ts'
import { type Owner, type Part, type Parts, unknown } from '../../src/plan/resource.ts'
import type { Peer } from './access.ts'
import type { CheckedRoute } from './desired-security-group.ts'
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
    const { port, gap } = route.target
    for (const protocol of route.transports)
      add(open ? { protocol, ...every } : { protocol, from: port, to: port, gap, peer: '' }, route.path)
    const path = health.origins['HealthCheckPort'] ?? route.path
    const { port: at, gap: unseen } = health
    // Health is asked for over TCP, also of what speaks UDP.
    add(
      open ? { protocol: 'tcp', ...every } : { protocol: 'tcp', from: at, to: at, gap: unseen, peer: '' },
      path,
    )
  }
  return parts
}

interface Span {
  readonly part: Part
  readonly protocol: string
  readonly peer: string
  from: number
  to: number
  known: boolean
  readonly owners: Map<string, Owner>
}

/**
 * The rules from one group to the ports of all Services as the nodes' group holds them: one for each protocol, from the
 * lowest port to the highest. However many Services there are, a group of 60 rules does not fill up. While some of those
 * who may need a rule that `stays` are not known, none is made narrower.
 */
export function aggregated(parts: Parts, stays: Parts = {}): Parts {
  const rest: Record<string, Part> = {}
  const spans = new Map<string, Span>()
  for (const [key, part] of Object.entries(parts)) {
    const { Description: description, IpProtocol: protocol, FromPort: from, ToPort: to } = part.spec
    if (description !== backendRule || typeof protocol !== 'string') {
      rest[byId(key, part)] = part
      continue
    }
    const peer = peerIn(key, part)
    const span: Span = spans.get(`${protocol}/${peer}`) ?? {
      part,
      protocol,
      peer,
      from: 65_535,
      to: 0,
      known: true,
      owners: new Map(),
    }
    spans.set(`${protocol}/${peer}`, span)
    if (typeof from === 'number') span.from = Math.min(span.from, from)
    if (typeof to === 'number') span.to = Math.max(span.to, to)
    span.known &&= asUnknown(from) === undefined && asUnknown(to) === undefined
    for (const owner of part.owners) span.owners.set(owner.uid, owner)
  }
  for (const { foreign, spec } of Object.values(stays)) {
    const { Description, IpProtocol: protocol, ReferencedGroupId: peer, FromPort: from, ToPort: to } = spec
    if (foreign === true || Description !== backendRule) continue
    if (typeof protocol !== 'string' || typeof peer !== 'string') continue
    const span = spans.get(`${protocol}/${peer}`)
    if (span === undefined) continue
    if (typeof from === 'number') span.from = Math.min(span.from, from)
    if (typeof to === 'number') span.to = Math.max(span.to, to)
  }
  for (const span of spans.values()) {
    const { part, protocol, peer, known, owners } = span
    const [from, to] = known ? [span.from, span.to] : [undefined, undefined]
    rest[ruleKey({ protocol, from, to, peer, gap: 'ports in use' })] = {
      ...part,
      spec: {
        ...part.spec,
        FromPort: from ?? unknown('the lowest port in use'),
        ToPort: to ?? unknown('the highest port in use'),
      },
      owners: [...owners.values()],
    }
  }
  return rest
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
