/** Our plan's objects in the words of the peer's stack, and the peer's in the same: what both must agree on. */
import { attributeDefaults as balancerDefaults } from '../../../providers/aws/kinds/load-balancer-form.ts'
import { attributeDefaults as targetDefaults } from '../../../providers/aws/kinds/target-group-form.ts'
import { parseCidr } from '../../../src/lib/ip.ts'
import { refKey, type Ref, type Resource } from '../../../src/plan/resource.ts'
import { nodeGroup } from './given.ts'
import { fieldsOf, type Fields, listOf, sorted, textOf, wordOf } from './shapes.ts'

const elb = 'AWS::ElasticLoadBalancingV2::'
const types = {
  balancer: `${elb}LoadBalancer`,
  listener: `${elb}Listener`,
  targets: `${elb}TargetGroup`,
  group: 'AWS::EC2::SecurityGroup',
  binding: 'K8S::ElasticLoadBalancingV2::TargetGroupBinding',
}

/** One side of the comparison: both are brought into this. */
export interface PeerForm {
  readonly balancer?: Fields
  readonly listeners: Readonly<Record<string, Fields>>
  readonly targets: Readonly<Record<string, Fields>>
  readonly group?: Fields
  /** What may reach the targets: `peer tcp/80`, of all target groups together. */
  readonly networking: readonly unknown[]
}

const pairs = (list: unknown): Fields =>
  Object.fromEntries(listOf(list).map(({ key, value }) => [key, value]))

/** What is as AWS sets it may be said or not. */
const otherThan = (attributes: Fields, defaults: Readonly<Record<string, string>>): Fields =>
  Object.fromEntries(Object.entries(attributes).filter(([key, value]) => defaults[key] !== value))
export const unusual = (attributes: Fields): Fields => otherThan(attributes, balancerDefaults)
export const unusualTargets = (attributes: Fields): Fields => otherThan(attributes, targetDefaults)

const numeric = (value: unknown): unknown =>
  typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value

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
    targets: Object.fromEntries(of(types.targets).map(([id, one]) => [portOf(id), theirTargets(spec(one))])),
    ...(group === undefined ? {} : { group: theirGroup(spec(group[1])) }),
    networking: distinct(
      of(types.binding).flatMap(([, one]) =>
        theirNetworking(fieldsOf(spec(fieldsOf(spec(one)['template']))['networking'])),
      ),
    ),
  }
}

const distinct = (list: readonly unknown[]): readonly unknown[] => sorted([...new Set(list)])

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
    subnetMapping: listOf(subnetMapping),
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

/** A rule for everything has no ports; a protocol that nobody named is TCP. */
const ruleText = (protocol: unknown, from: unknown, to: unknown, peer: unknown): string =>
  `${textOf(protocol).toLowerCase() || 'tcp'} ${wordOf(from)}-${wordOf(to)} ${rangeText(textOf(peer))}`

/** Without the bits beyond the prefix, which EC2 leaves out too. */
function rangeText(peer: string): string {
  const range = parseCidr(peer)
  return range.ok ? range.value.text : peer
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

/** Ours. `own` are the objects of the Service, the nodes' group among them by its key. */
export function ours(resources: readonly Resource[]): PeerForm {
  const of = (kind: string) => resources.filter((one) => one.kind === kind)
  const [balancer] = of('load-balancer')
  const [group] = of('security-group').filter(isFrontend)
  const find = new Map(resources.map((one) => [refKey(one), one]))
  return {
    ...(balancer === undefined ? {} : { balancer: ourBalancer(balancer) }),
    listeners: Object.fromEntries(
      of('listener').map((one) => [wordOf(one.spec['Port']), ourListener(one.spec, find)]),
    ),
    targets: Object.fromEntries(
      of('target-group').map((one) => [servicePort(one.key), ourTargets(one.spec)]),
    ),
    ...(group === undefined ? {} : { group: ourGroup(group) }),
    networking: distinct(
      of('security-group')
        .filter(({ key }) => key === nodeGroup)
        .flatMap(({ parts }) => ourRules(parts)),
    ),
  }
}

/** The group that clients are let in by: neither that of the nodes nor the one that all load balancers share. */
export const isFrontend = ({ kind, key, spec: { Description } }: Resource): boolean =>
  kind === 'security-group' && key !== nodeGroup && Description !== backendDescription

const backendDescription = '[k8s] Shared Backend SecurityGroup for LoadBalancer'

/** `internal/80/TCP/30080` -> 80. */
const servicePort = (key: string): string => key.split('/')[1] ?? key

const asRef = (value: unknown): Ref | undefined => fieldsOf(value)['$ref'] as Ref | undefined

const peerText = (value: unknown): unknown => {
  const to = asRef(value)
  if (to === undefined) return value
  return to.key.includes('backend') || to.stack.includes('backend') ? '<shared group>' : '<own group>'
}

export function ourRules(parts: Resource['parts']): readonly string[] {
  return Object.values(parts ?? {}).map(({ spec: rule }) =>
    ruleText(
      rule['IpProtocol'],
      rule['FromPort'],
      rule['ToPort'],
      peerText(rule['CidrIp'] ?? rule['CidrIpv6'] ?? rule['PrefixListId'] ?? rule['ReferencedGroupId']),
    ),
  )
}

/** Our marks say whose an object is; what is beside them was asked for. */
export const asked = (tags: unknown): Fields =>
  Object.fromEntries(
    Object.entries(fieldsOf(tags)).filter(
      ([key]) => !key.startsWith('lb-controller.io/') && !key.startsWith('kubernetes.io/cluster/'),
    ),
  )

function ourBalancer({ spec: body }: Resource): Fields {
  const capacity = fieldsOf(body['MinimumLoadBalancerCapacity'])['CapacityUnits']
  return {
    named: textOf(body['Name']) !== '',
    type: body['Type'],
    scheme: body['Scheme'],
    ipAddressType: body['IpAddressType'],
    enablePrefixForIpv6SourceNat: body['EnablePrefixForIpv6SourceNat'] ?? 'off',
    securityGroupsInboundRulesOnPrivateLink: body['EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic'],
    subnetMapping: ourMappings(body),
    securityGroups: (Array.isArray(body['SecurityGroups']) ? body['SecurityGroups'] : []).map(peerText),
    attributes: unusual(fieldsOf(body['Attributes'])),
    ...(capacity === undefined ? {} : { minimumLoadBalancerCapacity: { capacityUnits: capacity } }),
    tags: asked(body['Tags']),
  }
}

/** A subnet each, with the addresses that were chosen in it. */
export function ourMappings(body: Fields): readonly Fields[] {
  const chosen = fieldsOf(body['SubnetMappings'])
  return (Array.isArray(body['Subnets']) ? (body['Subnets'] as readonly string[]) : []).map((subnetID) => {
    const addresses = fieldsOf(chosen[subnetID])
    return {
      subnetID,
      allocationID: addresses['AllocationId'],
      privateIPv4Address: addresses['PrivateIPv4Address'],
      ipv6Address: addresses['IPv6Address'],
      sourceNatIpv6Prefix: addresses['SourceNatIpv6Prefix'],
    }
  })
}

function ourListener(body: Fields, find: ReadonlyMap<string, Resource>): Fields {
  const forward = fieldsOf(listOf(body['DefaultActions'])[0]?.['ForwardConfig'])
  const groups = listOf(forward['TargetGroups'])
  const to = (value: unknown): unknown => {
    const ref = asRef(value)
    const found = ref === undefined ? undefined : find.get(refKey(ref))
    return found === undefined ? value : `<targets of ${servicePort(found.key)}>`
  }
  return {
    port: body['Port'],
    protocol: body['Protocol'],
    certificates: listOf(body['Certificates']).map((one) => ({ certificateARN: one['CertificateArn'] })),
    sslPolicy: body['SslPolicy'],
    alpnPolicy: body['AlpnPolicy'],
    attributes: fieldsOf(body['Attributes']),
    targets:
      groups.length > 0
        ? groups.map(({ TargetGroupArn, Weight }) => ({ to: to(TargetGroupArn), weight: Weight }))
        : [{ to: to(body['TargetGroupArn']) }],
    stickiness: lowerFirst(forward['TargetGroupStickinessConfig']),
    tags: asked(body['Tags']),
  }
}

const lowerFirst = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : Object.fromEntries(
        Object.entries(fieldsOf(value)).map(([key, one]) => [
          key.slice(0, 1).toLowerCase() + key.slice(1),
          one,
        ]),
      )

function ourTargets(body: Fields): Fields {
  return {
    named: textOf(body['Name']) !== '',
    targetType: body['TargetType'],
    ipAddressType: body['IpAddressType'] ?? 'ipv4',
    port: body['Port'],
    protocol: body['Protocol'],
    healthCheckConfig: ourHealth(body),
    attributes: unusualTargets(fieldsOf(body['Attributes'])),
    tags: asked(body['Tags']),
  }
}

export const ourHealth = (body: Fields): Fields => ({
  port: numeric(body['HealthCheckPort']),
  protocol: body['HealthCheckProtocol'],
  path: body['HealthCheckPath'],
  intervalSeconds: body['HealthCheckIntervalSeconds'],
  timeoutSeconds: body['HealthCheckTimeoutSeconds'],
  healthyThresholdCount: body['HealthyThresholdCount'],
  unhealthyThresholdCount: body['UnhealthyThresholdCount'],
  matcher: lowerHttp(body['Matcher']),
})

const lowerHttp = (matcher: unknown): unknown => {
  const code = fieldsOf(matcher)['HttpCode']
  return code === undefined ? undefined : { httpCode: code }
}

const ourGroup = ({ spec: body, parts }: Resource): Fields => ({
  named: textOf(body['GroupName']) !== '',
  description: body['Description'],
  ingress: distinct(ourRules(parts)),
  tags: asked(body['Tags']),
})
