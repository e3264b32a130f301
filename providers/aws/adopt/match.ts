/**
 * What a peer made for one Service, as objects of ours. An object is known by its role, which it tells itself:
 *
 *   load balancer    its scheme, whether it has groups     internet-facing, internet-facing/guarded
 *   listener         its load balancer, its port           internet-facing/443
 *   target group     the listener that leads to it, else the tag of its maker; with protocol, type and port
 *   security group   the one that its maker tagged for the Service
 *
 * What has the role of no object that we want gets a key all the same, so that the controller removes it in its order.
 */
import { error, type Problem } from '../../../src/model/problem.ts'
import type { Identity, Observed, Resource } from '../../../src/plan/resource.ts'
import type { Asked, Matched, Take } from '../../../src/provider/adoption.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { become, heldBy, isBalancer, nameOf, tagsOf, wordOf } from './become.ts'
import { ofCcm, peers, type PeerName, portIn, toldBy } from './peers.ts'

interface Match {
  readonly asked: Asked
  readonly cluster: Cluster
  readonly clusterName: string
  readonly peer: PeerName
  readonly balancer: Observed | undefined
  /** Key of the load balancer, with which all other keys begin. */
  readonly place: string
  readonly found: readonly Observed[]
}

const path = 'metadata.name'

export function match(
  survey: readonly Observed[],
  asked: Asked,
  { cluster, clusterName, from }: Pick<Match, 'cluster' | 'clusterName'> & { from: readonly string[] },
): Matched {
  const mine = survey.flatMap((seen) => {
    const told = toldBy(tagsOf(seen), clusterName)
    return told?.service === asked.owner.name && from.includes(told.peer) ? [{ seen, peer: told.peer }] : []
  })
  const balancers = mine.filter(({ seen }) => isBalancer(seen) && isOf(seen, asked))
  const [first, second] = balancers
  if (second !== undefined) return { takes: [], problems: [two(balancers)] }
  const peer = first?.peer ?? mine[0]?.peer
  if (peer === undefined) return { takes: [], problems: untold(survey, asked) }
  const balancer = first?.seen
  const found = mine.filter((one) => one.peer === peer).map(({ seen }) => seen)
  if (peer === 'ccm' && balancer !== undefined) found.push(...groupsFor(balancer, survey, clusterName))
  const whose = found.flatMap((seen) => elsewhere(seen, asked, cluster))
  if (whose.length > 0) return { peer, takes: [], problems: whose }
  const wanted = asked.wanted.find(isBalancer)
  const place = balancer === undefined ? (wanted?.key ?? '') : placeOf(balancer)
  const problems = [...(balancer === undefined ? [] : moved(balancer, wanted, asked)), ...vpcs(found, asked)]
  const matching: Match = { asked, cluster, clusterName, peer, balancer, place, found }
  return { peer, takes: takesOf(matching, survey), problems }
}

/** cloud-provider-aws tells its group of a Classic Load Balancer by name, and tags it for the cluster only. */
const groupsFor = (
  balancer: Observed,
  survey: readonly Observed[],
  clusterName: string,
): readonly Observed[] =>
  survey.filter(
    (seen) =>
      seen.kind === 'security-group' &&
      seen.body !== 'foreign' &&
      seen.spec['GroupName'] === `k8s-elb-${nameOf(balancer)}` &&
      ofCcm(tagsOf(seen), clusterName),
  )

/** cloud-provider-aws names its load balancers after the uid: one with another name was an earlier Service's. */
const isOf = (seen: Observed, { owner }: Asked): boolean =>
  !/^a[0-9a-f]{31}$/.test(nameOf(seen)) || nameOf(seen) === nameByUid(owner.uid)

const nameByUid = (uid: string): string => `a${uid.replaceAll('-', '')}`.slice(0, 32)

/** What it cannot change in place, as `layout.ts` says it of a wish. */
function placeOf(balancer: Observed): string {
  const scheme = wordOf(balancer, 'Scheme')
  if (balancer.kind !== 'load-balancer') return scheme
  if (balancer.spec['Type'] === 'application') return `${scheme}/application`
  return balancer.spec['SecurityGroups'] === undefined ? scheme : `${scheme}/guarded`
}

const stand = (code: string, message: string, hint?: string): Problem =>
  error(code, path, message, hint === undefined ? {} : { hint })

const two = (balancers: readonly { readonly seen: Observed; readonly peer: PeerName }[]): Problem =>
  stand(
    'LB_ADOPT_SEVERAL',
    `several load balancers are this Service's by their tags: ${balancers
      .map(({ seen, peer }) => `${nameOf(seen)} (${peers[peer].title}, ${wordOf(seen, 'Scheme')})`)
      .join(', ')}`,
    'remove the one that does not serve; if they are of two controllers, name one with --from',
  )

/** Why the load balancer that serves the known address is not taken, if there is such a one. */
function untold(survey: readonly Observed[], { addresses, owner }: Asked): readonly Problem[] {
  const named = nameByUid(owner.uid)
  const other = survey.find(
    (seen) =>
      isBalancer(seen) &&
      seen.owners.length === 0 &&
      (nameOf(seen) === named || addresses.includes((seen.out['dns'] ?? '').toLowerCase())),
  )
  if (other === undefined) return []
  return [
    stand(
      'LB_ADOPT_FOREIGN',
      `load balancer ${nameOf(other)} has its name or its address, and no tags that say that it is this Service's in this cluster`,
      'it is never taken. Check clusterName: it must be the name that the other controller ran with',
    ),
  ]
}

function elsewhere(seen: Observed, { owner }: Asked, cluster: Cluster): readonly Problem[] {
  const held = heldBy(seen, owner, cluster)
  if (held === 'nobody' || held === 'this') return []
  const whose = held === 'another-cluster' ? 'another cluster' : 'another Service'
  return [
    stand(
      'LB_ADOPT_FOREIGN',
      `${seen.kind} ${nameOf(seen)} bears our marks for ${whose}`,
      'take the tags lb-controller.io/* off it, if that other one is gone',
    ),
  ]
}

/** Its address would not stay. */
function moved(
  balancer: Observed,
  wanted: Resource | undefined,
  { addresses, owner }: Asked,
): readonly Problem[] {
  const dns = (balancer.out['dns'] ?? '').toLowerCase()
  const place = placeOf(balancer)
  if (addresses.length > 0 && !addresses.includes(dns))
    return [
      stand(
        'LB_ADOPT_ADDRESS',
        `the Service's status names ${addresses.join(', ')}, and what was made for it has ${dns}`,
        'find out which of them clients use; remove the other one, or correct the status',
      ),
    ]
  if (wanted === undefined) return []
  if (wanted.kind === balancer.kind && wanted.key === place && wanted.stack === owner.uid) return []
  const asks = `a ${wanted.kind} ${wanted.key}${wanted.stack === owner.uid ? '' : ` of ${wanted.stack}`}`
  return [
    stand(
      'LB_ADOPT_ADDRESS',
      `what was made is a ${balancer.kind} ${place}, and the Service asks for ${asks}: that is another one with another address`,
      howToAsk(balancer, wanted),
    ),
  ]
}

const say = (key: string, value: string): string =>
  `service.beta.kubernetes.io/aws-load-balancer-${key}: ${value}`

function howToAsk(balancer: Observed, { kind, key: wanted }: Resource): string {
  const place = placeOf(balancer)
  const [scheme] = place.split('/')
  const hints = [
    ...(balancer.kind === kind ? [] : [say('type', balancer.kind === 'load-balancer' ? 'nlb' : 'classic')]),
    ...(wanted.split('/')[0] === scheme ? [] : [say('scheme', scheme ?? '')]),
    ...(place.endsWith('/guarded') && !wanted.endsWith('/guarded')
      ? [`${say('security-groups', 'SG')}, or ${say('type', 'external')}`]
      : []),
    ...(wanted.endsWith('/guarded') && !place.includes('/') ? [say('disable-nlb-sg', '"true"')] : []),
  ]
  return hints.length === 0
    ? 'let the Service ask for what it has, and change that after it was taken over'
    : `annotate the Service with what it has: ${hints.join('; ')}`
}

/** What stands in another network than the nodes cannot serve them. */
function vpcs(found: readonly Observed[], { wanted }: Asked): readonly Problem[] {
  const ours = wanted.find(({ kind }) => kind === 'target-group')?.spec['VpcId']
  if (typeof ours !== 'string') return []
  return found.flatMap((seen) => {
    const vpc = seen.spec['VpcId']
    if (typeof vpc !== 'string' || vpc === '' || vpc === ours) return []
    return [
      stand('LB_ADOPT_ELSEWHERE', `${seen.kind} ${nameOf(seen)} is in ${vpc}, the nodes are in ${ours}`),
    ]
  })
}

function takesOf(matching: Match, survey: readonly Observed[]): readonly Take[] {
  const { asked, balancer, place, found } = matching
  const stack = asked.owner.uid
  const takes: Take[] = []
  const used = new Set<string>()
  const take = (seen: Observed, key: string, within?: Identity): void => {
    const to = { stack, kind: seen.kind, key }
    used.add(`${seen.kind} ${key}`)
    const want = asked.wanted.find((one) => one.stack === stack && one.kind === seen.kind && one.key === key)
    takes.push({
      peer: matching.peer,
      seen,
      becomes: become({
        ...matching,
        seen,
        to,
        owner: asked.owner,
        want,
        ...(within === undefined ? {} : { within }),
      }),
    })
  }
  const parent: Identity = { stack, kind: 'load-balancer', key: place }
  if (balancer !== undefined) take(balancer, place)
  const listeners = survey.filter(
    ({ kind, spec }) =>
      kind === 'listener' && balancer !== undefined && spec['LoadBalancerArn'] === balancer.id,
  )
  for (const listener of listeners) take(listener, `${place}/${wordOf(listener, 'Port')}`, parent)
  const leadsTo = (arn: string): number | undefined => {
    const listener = listeners.find(({ spec }) => JSON.stringify(spec).includes(`"${arn}"`))
    return listener === undefined ? undefined : Number(listener.spec['Port'])
  }
  const groups = found
    .filter(({ kind }) => kind === 'target-group')
    .map((seen) => ({ seen, led: leadsTo(seen.id) }))
    // One that a listener leads to goes before one that was left over with the same role.
    .toSorted((a, b) => Number(a.led === undefined) - Number(b.led === undefined))
  for (const { seen, led } of groups) {
    const port = led ?? portIn(tagsOf(seen))
    const want = asked.wanted.find(
      (one) => suits(one, seen, place, port) && !used.has(`${one.kind} ${one.key}`),
    )
    take(seen, want?.key ?? unwantedKey(seen, place, port))
  }
  for (const seen of found.filter(({ kind }) => kind === 'security-group')) {
    const want = asked.wanted.find((one) => one.kind === seen.kind && one.stack === stack)
    const key = want?.key ?? `${place.split('/')[0]}/clients`
    take(seen, used.has(`${seen.kind} ${key}`) ? `${key}/${seen.id}` : key)
  }
  return takes
}

const fixed = ['Protocol', 'Port', 'TargetType', 'IpAddressType', 'VpcId'] as const

function suits(want: Resource, seen: Observed, place: string, port: number | undefined): boolean {
  if (want.kind !== 'target-group' || !want.key.startsWith(`${place}/`)) return false
  if (port !== undefined && !want.key.startsWith(`${place}/${port}/`)) return false
  return fixed.every((field) => want.spec[field] === seen.spec[field])
}

/** It must not be that of an object that is wanted. */
const unwantedKey = (seen: Observed, place: string, port: number | undefined): string =>
  `${place}/${port ?? 'none'}/${wordOf(seen, 'Protocol')}/${wordOf(seen, 'Port')}/${wordOf(seen, 'Name')}`
