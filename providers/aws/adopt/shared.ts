/** What several Services use of what a peer made: the group of all load balancers, and rules on the nodes. */
import { warning } from '../../../src/model/problem.ts'
import type { Observed, Owner, Part } from '../../../src/plan/resource.ts'
import type { Asked, Matched, SharedMatch, Take } from '../../../src/provider/adoption.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { backendIdentity, backendTag } from '../desired-backend-group.ts'
import { backendRule, mtuRule, namedInRule } from '../rules.ts'
import { clusterOf, clusterTag } from '../tags.ts'
import { become, heldPart, isBalancer, nameOf, tagsOf } from './become.ts'
import { ofLbc, type PeerName, toldBy } from './peers.ts'

type Taken = Asked & Matched

interface Sharing {
  readonly survey: readonly Observed[]
  readonly taken: readonly Taken[]
  readonly cluster: Cluster
  readonly clusterName: string
}

export function sharedMatch(sharing: Sharing): SharedMatch {
  const group = backendGroup(sharing)
  const whole = new Set<PeerName>((['ccm', 'lbc'] as const).filter((peer) => !left(sharing, peer)))
  const rules = sharing.survey.flatMap((body) =>
    body.body === 'foreign' ? nodeRules(sharing, body, { group: group.id, whole }) : [],
  )
  return { takes: [...group.takes, ...rules], problems: group.problems }
}

const isTaken = ({ taken }: Sharing, seen: Observed): boolean =>
  taken.some(({ takes }) => takes.some((take) => take.seen.id === seen.id))

/** Whether load balancers of this peer for this cluster stay with it. */
const left = (sharing: Sharing, peer: PeerName): boolean =>
  sharing.survey.some(
    (seen) =>
      isBalancer(seen) &&
      seen.owners.length === 0 &&
      !isTaken(sharing, seen) &&
      (toldBy(tagsOf(seen), sharing.clusterName)?.peer === peer ||
        (peer === 'lbc' && ofLbc(tagsOf(seen), sharing.clusterName))),
  )

interface Backend extends SharedMatch {
  /** Of the group, where it is or becomes ours. */
  readonly id?: string
}

/** The group is shared by all that the AWS Load Balancer Controller makes, for Ingresses too: it is taken with its last user. */
function backendGroup(sharing: Sharing): Backend {
  const { survey, taken, cluster, clusterName } = sharing
  const seen = survey.find(
    (one) =>
      one.kind === 'security-group' &&
      tagsOf(one)[backendTag.key] === backendTag.value &&
      ofLbc(tagsOf(one), clusterName),
  )
  const claims = taken.flatMap((one) => {
    const want = one.wanted.find(({ stack }) => stack === backendIdentity.stack)
    return want === undefined ? [] : [{ want, owner: one.owner }]
  })
  const [claim] = claims
  const owner = clusterOf({ [clusterTag]: cluster.uid ?? '' }, cluster.uid)
  if (seen === undefined || claim === undefined || owner === undefined) return { takes: [], problems: [] }
  const users = survey.filter(
    (one) => isBalancer(one) && one.owners.length === 0 && !isTaken(sharing, one) && isIn(one, seen.id),
  )
  if (users.length > 0) {
    const who = users.map(nameOf).join(', ')
    const problem = warning(
      'LB_ADOPT_SHARED',
      'metadata.name',
      `the security group ${seen.id} is needed by others too: ${who}. It is not taken, and the load balancer leaves it for a group of ours`,
      { hint: `set aws.backendSecurityGroup: ${seen.id} to go on using it` },
    )
    return { takes: [], problems: claims.map(({ owner }) => ({ owner, problem })) }
  }
  const becomes = become({ seen, to: backendIdentity, owner, want: claim.want, cluster, clusterName })
  return { takes: [{ peer: 'lbc', seen, becomes }], problems: [], id: seen.id }
}

const isIn = ({ spec }: Observed, group: string): boolean =>
  Array.isArray(spec['SecurityGroups']) && spec['SecurityGroups'].includes(group)

/**
 * Rules on the nodes that serve what was taken, and nothing else:
 *
 *   names a load balancer                                     of whoever has that one
 *   lets in a group that was taken                            of whoever has that one
 *   names nothing (mtu, targetGroupBinding=shared)            taken when all that its maker made here is
 */
function nodeRules(
  sharing: Sharing,
  body: Observed,
  shared: { readonly group: string | undefined; readonly whole: ReadonlySet<PeerName> },
): readonly Take[] {
  const { taken } = sharing
  const parts: Record<string, Part> = {}
  for (const [key, part] of Object.entries(body.parts ?? {})) {
    const owner = part.foreign === true ? holderOf(sharing, key, part, shared) : undefined
    if (owner !== undefined) parts[key] = heldPart(part, owner)
  }
  const changed = Object.values(parts)
  const [first] = changed
  if (first === undefined) return []
  const holder = first.owners[0]?.uid
  const peer = taken.find(({ owner }) => owner.uid === holder)?.peer ?? 'ccm'
  return [{ peer, seen: body, becomes: { ...body, parts: { ...body.parts, ...parts } } }]
}

const has = (one: Taken, test: (seen: Observed) => boolean): boolean =>
  one.takes.some(({ seen }) => test(seen))

function holderOf(
  { taken }: Sharing,
  key: string,
  { spec }: Part,
  shared: { readonly group: string | undefined; readonly whole: ReadonlySet<PeerName> },
): Owner | undefined {
  const description = typeof spec['Description'] === 'string' ? spec['Description'] : ''
  const named = namedInRule(description)
  const peer = spec['ReferencedGroupId']
  if (named !== undefined)
    return taken.find((one) => has(one, (seen) => isBalancer(seen) && nameOf(seen) === named))?.owner
  const byGroup = taken.find((one) => has(one, ({ kind, id }) => kind === 'security-group' && id === peer))
  if (byGroup !== undefined) return byGroup.owner
  const of: PeerName | undefined =
    description === mtuRule ? 'ccm' : description === backendRule ? 'lbc' : undefined
  if (of === undefined || !(shared.whole.has(of) || (peer !== undefined && peer === shared.group)))
    return undefined
  const asks = taken.filter((one) => one.peer === of)
  const wants = (one: Taken): boolean =>
    one.wanted.some(({ kind, parts }) => kind === 'security-group' && parts?.[key] !== undefined)
  return (asks.find(wants) ?? asks[0])?.owner
}
