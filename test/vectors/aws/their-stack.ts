/** The peer's expected stack, brought into the form of the comparison. */
import { certificateArn } from './given.ts'
import {
  distinct,
  numeric,
  pairs,
  type PeerForm,
  rangeText,
  ruleText,
  unusual,
  unusualTargets,
} from './peer-form.ts'
import { fieldsOf, type Fields, listOf, textOf } from './shapes.ts'

const elb = 'AWS::ElasticLoadBalancingV2::'
const types = {
  balancer: `${elb}LoadBalancer`,
  listener: `${elb}Listener`,
  targets: `${elb}TargetGroup`,
  group: 'AWS::EC2::SecurityGroup',
  binding: 'K8S::ElasticLoadBalancingV2::TargetGroupBinding',
}

/** `#/resources/AWS::EC2::SecurityGroup/ManagedLBSecurityGroup/status/groupID` -> `<own group>`. */
function linked(value: unknown): unknown {
  const ref = fieldsOf(value)['$ref']
  if (typeof ref !== 'string') return value
  const port = /TargetGroup\/.*:(?<port>[^:/]+)\/status/.exec(ref)?.groups?.['port']
  return port === undefined
    ? ref.includes(types.group)
      ? '<own group>'
      : '<balancer>'
    : `<targets of ${port}>`
}

const spec = (resource: unknown): Fields => fieldsOf(fieldsOf(resource)['spec'])
const portOf = (id: string): string => id.split(':').at(-1) ?? id

/** The peer's expected stack. Names are symbols: they are there, and that is all. */
export function theirs(resources: Fields): PeerForm {
  const of = (type: string) => Object.entries(fieldsOf(resources[type]))
  const [balancer] = of(types.balancer)
  const [group] = of(types.group)
  return {
    ...(balancer === undefined ? {} : { balancer: theirBalancer(spec(balancer[1])) }),
    listeners: Object.fromEntries(of(types.listener).map(([id, one]) => [id, theirListener(spec(one))])),
    targets: Object.fromEntries(
      of(types.targets).map(([id, one]) => {
        const binding = fieldsOf(fieldsOf(resources[types.binding])[id])
        const { multiClusterTargetGroup } = spec(fieldsOf(spec(binding)['template']))
        return [portOf(id), { ...theirTargets(spec(one)), multiCluster: multiClusterTargetGroup }]
      }),
    ),
    ...(group === undefined ? {} : { group: theirGroup(spec(group[1])) }),
    networking: distinct(
      of(types.binding).flatMap(([, one]) =>
        theirNetworking(fieldsOf(spec(fieldsOf(spec(one)['template']))['networking'])),
      ),
    ),
  }
}

function theirBalancer({
  name,
  loadBalancerAttributes,
  securityGroups,
  subnetMapping,
  ...rest
}: Fields): Fields {
  return {
    ...rest,
    named: textOf(name) !== '',
    enablePrefixForIpv6SourceNat: rest['enablePrefixForIpv6SourceNat'] ?? 'off',
    attributes: unusual(pairs(loadBalancerAttributes)),
    subnetMapping: theirMappings(subnetMapping),
    securityGroups: (Array.isArray(securityGroups) ? securityGroups : []).map(linked),
  }
}

function theirListener({
  loadBalancerARN: _balancer,
  defaultActions,
  listenerAttributes,
  ...rest
}: Fields): Fields {
  const forward = fieldsOf(listOf(defaultActions)[0]?.['forwardConfig'])
  return {
    ...rest,
    certificates: listOf(rest['certificates']).map((one) => ({
      certificateARN: certificateArn(textOf(one['certificateARN'])),
    })),
    attributes: pairs(listenerAttributes),
    targets: listOf(forward['targetGroups']).map(({ targetGroupARN, weight }) => ({
      to: linked(targetGroupARN),
      weight,
    })),
    stickiness: forward['targetGroupStickinessConfig'],
  }
}

function theirTargets({ name, targetGroupAttributes, healthCheckConfig, ...rest }: Fields): Fields {
  const { port, ...health } = fieldsOf(healthCheckConfig)
  return {
    ...rest,
    named: textOf(name) !== '',
    attributes: unusualTargets(pairs(targetGroupAttributes)),
    healthCheckConfig: { ...health, port: numeric(port) },
  }
}

export function theirRules(ingress: unknown): readonly unknown[] {
  const rules = listOf(ingress).flatMap(({ ipProtocol, fromPort, toPort, ...peers }) =>
    [
      ...listOf(peers['ipRanges']).map((one) => one['cidrIP']),
      ...listOf(peers['ipv6Range'] ?? peers['ipv6Ranges']).map((one) => one['cidrIPv6']),
      ...listOf(peers['prefixLists']).map((one) => one['listID']),
    ].map((peer) => ruleText(ipProtocol, fromPort, toPort, peer)),
  )
  return distinct(rules)
}

const theirGroup = ({ groupName, description, ingress, tags }: Fields): Fields => ({
  named: textOf(groupName) !== '',
  description,
  ingress: theirRules(ingress),
  tags,
})

export function theirNetworking(networking: Fields): readonly string[] {
  return listOf(networking['ingress']).flatMap(({ from, ports }) =>
    listOf(from).flatMap((peer) => {
      const who =
        fieldsOf(peer['ipBlock'])['cidr'] ?? linked(fieldsOf(peer['securityGroup'])['groupID']) ?? ''
      return listOf(ports).map(({ protocol, port }) =>
        port === undefined ? ruleText(protocol, 0, 65_535, who) : ruleText(protocol, port, port, who),
      )
    }),
  )
}

/** AWS's own choice of a prefix may be said or not, and a prefix may be written in more than one way. */
export const theirMappings = (list: unknown): readonly Fields[] =>
  listOf(list).map(({ sourceNatIpv6Prefix: prefix, ...rest }) =>
    prefix === undefined || prefix === 'auto_assigned'
      ? rest
      : { ...rest, sourceNatIpv6Prefix: rangeText(textOf(prefix)) },
  )
