import type { Json, JsonObject } from '../../src/lib/json.ts'
import { allocated } from './routes.ts'
import { type Owner, type Part, unknown } from '../../src/plan/resource.ts'

/**
 * EC2 knows a rule of a group by these alone: two rules that differ only in their description cannot be. Ports and peer
 * are undefined where a file cannot know them.
 */
export interface RuleTuple {
  readonly protocol: string
  readonly from: number | undefined
  readonly to: number | undefined
  readonly peer: string | undefined
  /** Stands for the ports while they are not known. */
  readonly gap?: string
  /** Stands for the peer while it is not known. */
  readonly peerGap?: string
  /** What is written as the peer where that is no text yet: a group that is made in the same plan. */
  readonly peerValue?: Json
}

export const ruleKey = ({ protocol, from, to, peer, gap }: RuleTuple): string =>
  `${protocol}/${from === undefined ? `<${gap}>` : `${from}-${to}`}/${peer ?? '<subnet>'}`

/** The field of a rule that names such a peer. */
export const peerField = (peer: string): 'CidrIp' | 'CidrIpv6' | 'PrefixListId' | 'ReferencedGroupId' =>
  peer.startsWith('pl-')
    ? 'PrefixListId'
    : peer.includes(':')
      ? 'CidrIpv6'
      : /^\d+(\.\d+){3}/.test(peer) || peer === ''
        ? 'CidrIp'
        : 'ReferencedGroupId'

export const clientRule = (loadBalancer: string): string => `kubernetes.io/rule/nlb/client=${loadBalancer}`
export const healthRule = (loadBalancer: string): string => `kubernetes.io/rule/nlb/health=${loadBalancer}`
/** Shared by all Services, as in cloud-provider-aws: the one rule for a range names no load balancer. */
export const mtuRule = 'kubernetes.io/rule/nlb/mtu'

/** On the rule that lets the nodes' groups be reached from the shared group; the same as the AWS Load Balancer Controller's. */
export const backendRule = 'elbv2.k8s.aws/targetGroupBinding=shared'

/** The load balancer that a rule's description names. */
export const namedInRule = (description: string | undefined): string | undefined =>
  /^kubernetes\.io\/rule\/nlb\/(?:client|health|mtu)=(?<name>.+)$/.exec(description ?? '')?.groups?.['name']

const ruleSpec = (rule: RuleTuple, description: string): JsonObject => ({
  IpProtocol: rule.protocol,
  FromPort: rule.from ?? unknown(allocated(rule.gap ?? 'port')),
  ToPort: rule.to ?? unknown(allocated(rule.gap ?? 'port')),
  ...peerOf(rule),
  Description: description,
})

const peerOf = ({ peer, peerGap, peerValue }: RuleTuple): JsonObject =>
  peer === undefined
    ? { CidrIp: unknown(peerGap ?? 'the subnets of the load balancer') }
    : { [peerValue === undefined ? peerField(peer) : 'ReferencedGroupId']: peerValue ?? peer }

export const rulePart = (
  rule: RuleTuple,
  description: string,
  owners: readonly Owner[],
  path: string,
): Part => ({ spec: ruleSpec(rule, description), owners, path })
