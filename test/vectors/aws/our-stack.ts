/** The objects of our plan, brought into the form of the comparison. */
import { sharedTargetsTag } from '../../../providers/aws/tags.ts'
import { refKey, type Ref, type Resource } from '../../../src/plan/resource.ts'
import { nodeGroup } from './given.ts'
import { distinct, numeric, type PeerForm, ruleText, unusual, unusualTargets } from './peer-form.ts'
import { fieldsOf, type Fields, listOf, textOf, wordOf } from './shapes.ts'

/** The objects of one Service, the nodes' group among them by its key. */
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

/** `internal/80/TCP/30080` and `internal/guarded/80/TCP/30080` -> 80. */
export const servicePort = (key: string): string => /\/(\d+)\//.exec(key)?.[1] ?? key

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
      ...(addresses['SourceNatIpv6Prefix'] === 'auto_assigned'
        ? {}
        : { sourceNatIpv6Prefix: addresses['SourceNatIpv6Prefix'] }),
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
    multiCluster: fieldsOf(body['Tags'])[sharedTargetsTag] === 'true',
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
