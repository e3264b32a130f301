/**
 * What each peer leaves in AWS and on the Service, call by call as it makes it: names, tags, attributes, health checks,
 * rules (reference: their sources). Nothing here comes from our own planning.
 */
import { createHash } from 'node:crypto'
import type { Cloud } from '../../../../localstack/aws/cloud.ts'
import { seeded } from '../../../../localstack/aws/state/seed.ts'
import type { ClusterState } from '../../../../localstack/kubernetes/state.ts'
import type { ServiceObject, ServicePort } from '../../../../src/model/objects.ts'

export interface SeedOptions {
  readonly clusterName?: string
  readonly scheme?: 'internet-facing' | 'internal'
  /** Tags of an older release instead of today's. */
  readonly legacy?: boolean
  readonly certificate?: string
  readonly instances: readonly string[]
  /** What was made before the peer was stopped: all of it if not said. */
  readonly until?: 'target-groups' | 'load-balancer' | 'rules'
}

interface Made {
  readonly arn: string
  readonly dns: string
  readonly name: string
  readonly targetGroups: readonly string[]
}

const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const short = (text: string): string => text.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 8)
const digest = (algorithm: 'sha1' | 'sha256', ...parts: readonly unknown[]): string =>
  createHash(algorithm).update(parts.join('')).digest('hex').slice(0, 10)

interface Wire {
  readonly LoadBalancers: readonly { LoadBalancerArn: string; DNSName: string }[]
  readonly TargetGroups: readonly { TargetGroupArn: string }[]
  readonly GroupId: string
}

const asker =
  (cloud: Cloud) =>
  (service: 'elbv2' | 'ec2', action: string, input: object): Wire =>
    cloud.byHand(service, action, input) as Wire

const portsOf = (service: ServiceObject): readonly ServicePort[] => service.spec?.ports ?? []
const idOf = ({ metadata }: ServiceObject) => {
  const { namespace = '', name, uid = '' } = metadata
  return { namespace, name, uid, full: `${namespace}/${name}` }
}

const subnetsOf = (scheme: string): readonly string[] =>
  scheme === 'internal' ? seeded.privateSubnets : seeded.publicSubnets

const subnetCidrs = (scheme: string): readonly string[] =>
  [0, 1, 2].map((at) => `10.0.${scheme === 'internal' ? at + 10 : at}.0/24`)

/** A rule on the nodes; a twin that is there already stays the one of whoever made it. */
function allow(
  cloud: Cloud,
  group: string,
  rule: {
    protocol: string
    from: number
    to: number
    cidr?: string
    fromGroup?: string
    description?: string
  },
): void {
  const { protocol, from, to, cidr, fromGroup, description } = rule
  const text = description === undefined ? {} : { Description: description }
  const permission = {
    IpProtocol: protocol,
    FromPort: from,
    ToPort: to,
    ...(cidr === undefined ? {} : { IpRanges: [{ CidrIp: cidr, ...text }] }),
    ...(fromGroup === undefined ? {} : { UserIdGroupPairs: [{ GroupId: fromGroup, ...text }] }),
  }
  try {
    cloud.byHand('ec2', 'AuthorizeSecurityGroupIngress', { GroupId: group, IpPermissions: [permission] })
  } catch (error) {
    if ((error as { code?: string }).code !== 'InvalidPermission.Duplicate') throw error
  }
}

/** As cloud-provider-aws builds an NLB: target group, load balancer, listener for each port, rules on the nodes. */
export function seedCcm(
  cloud: Cloud,
  cluster: ClusterState,
  service: ServiceObject,
  options: SeedOptions,
): Made {
  const ask = asker(cloud)
  const { clusterName = 'demo', scheme = 'internet-facing', instances, until } = options
  const { namespace, name, uid, full } = idOf(service)
  const Tags = tagList({
    'kubernetes.io/service-name': full,
    ...(options.legacy === true
      ? { KubernetesCluster: clusterName }
      : { [`kubernetes.io/cluster/${clusterName}`]: 'owned' }),
  })
  const balancer = `a${uid.replaceAll('-', '')}`.slice(0, 32)
  const local = service.spec?.externalTrafficPolicy === 'Local'
  const health = local
    ? {
        HealthCheckProtocol: 'HTTP',
        HealthCheckPath: '/healthz',
        HealthCheckPort: String(service.spec?.healthCheckNodePort),
        HealthCheckIntervalSeconds: 10,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
      }
    : {
        HealthCheckProtocol: 'TCP',
        HealthCheckPort: 'traffic-port',
        HealthCheckIntervalSeconds: 30,
        HealthyThresholdCount: 3,
        UnhealthyThresholdCount: 3,
      }
  const lb = ask('elbv2', 'CreateLoadBalancer', {
    Name: balancer,
    Type: 'network',
    Scheme: scheme,
    Subnets: subnetsOf(scheme),
    Tags,
  }).LoadBalancers[0]
  if (lb === undefined) throw new Error('no load balancer')
  const targetGroups: string[] = []
  for (const port of portsOf(service)) {
    if (until === 'load-balancer') break
    const protocol = port.protocol ?? 'TCP'
    const hash = digest(
      'sha1',
      clusterName,
      namespace,
      name,
      port.port,
      port.nodePort,
      protocol,
      'instance',
      health.HealthCheckProtocol,
      health.HealthCheckIntervalSeconds,
    )
    const arn = ask('elbv2', 'CreateTargetGroup', {
      Name: `k8s-${short(namespace)}-${short(name)}-${hash}`,
      Protocol: protocol,
      Port: port.nodePort,
      VpcId: seeded.vpc,
      TargetType: 'instance',
      ...health,
      Tags,
    }).TargetGroups[0]?.TargetGroupArn
    if (arn === undefined) throw new Error('no target group')
    targetGroups.push(arn)
    ask('elbv2', 'RegisterTargets', {
      TargetGroupArn: arn,
      Targets: instances.map((Id) => ({ Id, Port: port.nodePort })),
    })
    if (until === 'target-groups') continue
    const tls = options.certificate !== undefined && protocol === 'TCP'
    ask('elbv2', 'CreateListener', {
      LoadBalancerArn: lb.LoadBalancerArn,
      Port: port.port,
      Protocol: tls ? 'TLS' : protocol,
      ...(tls ? { Certificates: [{ CertificateArn: options.certificate }] } : {}),
      DefaultActions: [{ Type: 'forward', TargetGroupArn: arn }],
    })
  }
  if (until === undefined) {
    const ranges = service.spec?.loadBalancerSourceRanges ?? ['0.0.0.0/0']
    for (const { protocol = 'TCP', nodePort: at = 0 } of portsOf(service)) {
      const ports = { from: at, to: at }
      for (const cidr of ranges) {
        const description = `kubernetes.io/rule/nlb/client=${balancer}`
        allow(cloud, seeded.nodeGroup, { protocol: protocol.toLowerCase(), ...ports, cidr, description })
        const mtu = { protocol: 'icmp', from: 3, to: 4, description: 'kubernetes.io/rule/nlb/mtu' }
        allow(cloud, seeded.nodeGroup, { ...mtu, cidr })
      }
      const asked = local ? (service.spec?.healthCheckNodePort ?? 0) : at
      const open = ranges.includes('0.0.0.0/0') && protocol === 'TCP' && asked === at
      for (const cidr of open ? [] : subnetCidrs(scheme)) {
        const description = `kubernetes.io/rule/nlb/health=${balancer}`
        allow(cloud, seeded.nodeGroup, { protocol: 'tcp', from: asked, to: asked, cidr, description })
      }
    }
  }
  serve(cluster, service, lb.DNSName, 'service.kubernetes.io/load-balancer-cleanup')
  return { arn: lb.LoadBalancerArn, dns: lb.DNSName, name: balancer, targetGroups }
}

/** As cloud-provider-aws builds a Classic Load Balancer: its group, the load balancer, its health check, its instances. */
export function seedClassic(
  cloud: Cloud,
  cluster: ClusterState,
  service: ServiceObject,
  options: SeedOptions,
): Made {
  const ask = (action: string, input: object) => cloud.byHand('elb', action, input) as { DNSName: string }
  const { clusterName = 'demo', scheme = 'internet-facing', instances, until } = options
  const { uid, full } = idOf(service)
  const mine = { [`kubernetes.io/cluster/${clusterName}`]: 'owned' }
  const name = `a${uid.replaceAll('-', '')}`.slice(0, 32)
  const group = asker(cloud)('ec2', 'CreateSecurityGroup', {
    GroupName: `k8s-elb-${name}`,
    Description: `Security group for Kubernetes ELB ${name} (${full})`,
    VpcId: seeded.vpc,
    TagSpecifications: [{ ResourceType: 'security-group', Tags: tagList(mine) }],
  }).GroupId
  const ranges = service.spec?.loadBalancerSourceRanges ?? ['0.0.0.0/0']
  for (const cidr of ranges) {
    for (const { port } of portsOf(service))
      allow(cloud, group, { protocol: 'tcp', from: port, to: port, cidr })
    allow(cloud, group, { protocol: 'icmp', from: 3, to: 4, cidr })
  }
  const { DNSName } = ask('CreateLoadBalancer', {
    LoadBalancerName: name,
    ...(scheme === 'internal' ? { Scheme: scheme } : {}),
    Listeners: portsOf(service).map(({ port, nodePort }) => ({
      Protocol: 'TCP',
      LoadBalancerPort: port,
      InstanceProtocol: 'TCP',
      InstancePort: nodePort,
    })),
    Subnets: subnetsOf(scheme),
    SecurityGroups: [group],
    Tags: tagList({ 'kubernetes.io/service-name': full, ...mine }),
  })
  const local = service.spec?.externalTrafficPolicy === 'Local'
  const [first] = portsOf(service)
  ask('ConfigureHealthCheck', {
    LoadBalancerName: name,
    HealthCheck: {
      Target: local ? `HTTP:${service.spec?.healthCheckNodePort}/healthz` : `TCP:${first?.nodePort}`,
      Interval: 10,
      Timeout: 5,
      UnhealthyThreshold: 6,
      HealthyThreshold: 2,
    },
  })
  if (until === undefined) {
    const permission = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: group }] }
    cloud.byHand('ec2', 'AuthorizeSecurityGroupIngress', {
      GroupId: seeded.nodeGroup,
      IpPermissions: [permission],
    })
    ask('RegisterInstancesWithLoadBalancer', {
      LoadBalancerName: name,
      Instances: instances.map((InstanceId) => ({ InstanceId })),
    })
  }
  serve(cluster, service, DNSName, 'service.kubernetes.io/load-balancer-cleanup')
  return { arn: name, dns: DNSName, name, targetGroups: [] }
}

/** What the AWS Load Balancer Controller's Services share: found by its tags, made with the first of them. */
export function sharedGroup(cloud: Cloud, clusterName: string): string {
  const known = cloud.world.securityGroups
    .list()
    .find(
      ({ tags }) =>
        tags['elbv2.k8s.aws/resource'] === 'backend-sg' && tags['elbv2.k8s.aws/cluster'] === clusterName,
    )
  if (known !== undefined) return known.id
  return asker(cloud)('ec2', 'CreateSecurityGroup', {
    GroupName: `k8s-traffic-${clusterName}-${digest('sha256', clusterName)}`,
    Description: '[k8s] Shared Backend SecurityGroup for LoadBalancer',
    VpcId: seeded.vpc,
    TagSpecifications: [
      {
        ResourceType: 'security-group',
        Tags: tagList({ 'elbv2.k8s.aws/cluster': clusterName, 'elbv2.k8s.aws/resource': 'backend-sg' }),
      },
    ],
  }).GroupId
}

/** As the AWS Load Balancer Controller builds it: groups, target groups, load balancer, listeners, one range on the nodes. */
export function seedLbc(
  cloud: Cloud,
  cluster: ClusterState,
  service: ServiceObject,
  options: SeedOptions & {
    readonly groups?: boolean
    readonly targetType?: 'instance' | 'ip'
    readonly dualstack?: boolean
    readonly span?: readonly [number, number]
  },
): Made {
  const ask = asker(cloud)
  const {
    clusterName = 'demo',
    scheme = 'internet-facing',
    groups = true,
    instances,
    targetType = 'instance',
    until,
  } = options
  const { namespace, name, uid, full } = idOf(service)
  const tags = (resource: string) =>
    tagList({
      [options.legacy === true ? 'ingress.k8s.aws/cluster' : 'elbv2.k8s.aws/cluster']: clusterName,
      'service.k8s.aws/stack': full,
      'service.k8s.aws/resource': resource,
    })
  const named = (...parts: readonly unknown[]): string =>
    `k8s-${short(namespace)}-${short(name)}-${digest('sha256', clusterName, ...parts)}`
  const ranges = service.spec?.loadBalancerSourceRanges ?? ['0.0.0.0/0']
  const securityGroups: string[] = []
  if (groups) {
    const own = ask('ec2', 'CreateSecurityGroup', {
      GroupName: named(name, namespace, uid),
      Description: '[k8s] Managed SecurityGroup for LoadBalancer',
      VpcId: seeded.vpc,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: tags('ManagedLBSecurityGroup') }],
    }).GroupId
    for (const { port, protocol = 'TCP' } of portsOf(service))
      for (const cidr of ranges)
        allow(cloud, own, { protocol: protocol.toLowerCase(), from: port, to: port, cidr })
    securityGroups.push(own, sharedGroup(cloud, clusterName))
  }
  const local = service.spec?.externalTrafficPolicy === 'Local' && targetType === 'instance'
  const health = local
    ? {
        HealthCheckProtocol: 'HTTP',
        HealthCheckPath: '/healthz',
        HealthCheckPort: String(service.spec?.healthCheckNodePort),
        HealthCheckIntervalSeconds: 10,
        HealthCheckTimeoutSeconds: 6,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
        Matcher: { HttpCode: '200-399' },
      }
    : {
        HealthCheckProtocol: 'TCP',
        HealthCheckPort: 'traffic-port',
        HealthCheckIntervalSeconds: 10,
        HealthCheckTimeoutSeconds: 10,
        HealthyThresholdCount: 3,
        UnhealthyThresholdCount: 3,
      }
  const groupsMade = portsOf(service).map((port) => {
    const protocol = port.protocol ?? 'TCP'
    const at = targetType === 'ip' ? Number(port.targetPort ?? port.port) : (port.nodePort ?? 0)
    const arn = ask('elbv2', 'CreateTargetGroup', {
      Name: named(
        uid,
        at,
        port.port,
        targetType,
        protocol,
        health.HealthCheckProtocol,
        health.HealthCheckIntervalSeconds,
      ),
      Protocol: protocol,
      Port: at,
      VpcId: seeded.vpc,
      TargetType: targetType,
      IpAddressType: 'ipv4',
      ...health,
      Tags: tags(`${full}:${port.port}`),
    }).TargetGroups[0]?.TargetGroupArn
    if (arn === undefined) throw new Error('no target group')
    ask('elbv2', 'ModifyTargetGroupAttributes', {
      TargetGroupArn: arn,
      Attributes: [{ Key: 'proxy_protocol_v2.enabled', Value: 'false' }],
    })
    if (targetType === 'instance')
      ask('elbv2', 'RegisterTargets', {
        TargetGroupArn: arn,
        Targets: instances.map((Id) => ({ Id, Port: at })),
      })
    return { arn, port, protocol, at }
  })
  const targetGroups = groupsMade.map(({ arn }) => arn)
  if (until === 'target-groups') return { arn: '', dns: '', name: '', targetGroups }
  const balancer = named(uid, scheme)
  const lb = ask('elbv2', 'CreateLoadBalancer', {
    Name: balancer,
    Type: 'network',
    Scheme: scheme,
    IpAddressType: options.dualstack === true ? 'dualstack' : 'ipv4',
    Subnets: subnetsOf(scheme),
    ...(securityGroups.length === 0 ? {} : { SecurityGroups: securityGroups }),
    Tags: tags('LoadBalancer'),
  }).LoadBalancers[0]
  if (lb === undefined) throw new Error('no load balancer')
  for (const { arn, port, protocol } of groupsMade) {
    const tls = options.certificate !== undefined && protocol === 'TCP'
    ask('elbv2', 'CreateListener', {
      LoadBalancerArn: lb.LoadBalancerArn,
      Port: port.port,
      Protocol: tls ? 'TLS' : protocol,
      ...(tls
        ? { Certificates: [{ CertificateArn: options.certificate }], SslPolicy: 'ELBSecurityPolicy-2016-08' }
        : {}),
      DefaultActions: [{ Type: 'forward', TargetGroupArn: arn }],
      Tags: tags(String(port.port)),
    })
  }
  if (until === undefined) {
    const description = 'elbv2.k8s.aws/targetGroupBinding=shared'
    for (const protocol of new Set(groupsMade.map((one) => one.protocol.toLowerCase()))) {
      const at = groupsMade.filter((one) => one.protocol.toLowerCase() === protocol).map((one) => one.at)
      const asked = local ? [service.spec?.healthCheckNodePort ?? 0] : []
      const [from, to] = options.span ?? [Math.min(...at, ...asked), Math.max(...at, ...asked)]
      if (groups)
        allow(cloud, seeded.nodeGroup, {
          protocol,
          from,
          to,
          fromGroup: securityGroups[1] ?? '',
          description,
        })
      else
        for (const [cidr, port] of ranges.flatMap((range) => at.map((one) => [range, one] as const)))
          allow(cloud, seeded.nodeGroup, { protocol, from: port, to: port, cidr, description })
    }
  }
  serve(cluster, service, lb.DNSName.toLowerCase(), 'service.k8s.aws/resources', portsOf(service))
  return { arn: lb.LoadBalancerArn, dns: lb.DNSName, name: balancer, targetGroups }
}

/** What the peer writes on the Service at last. */
function serve(
  cluster: ClusterState,
  service: ServiceObject,
  hostname: string,
  finalizer: string,
  ports?: readonly ServicePort[],
): void {
  const { namespace = '', name } = service.metadata
  const at = { namespace, name }
  cluster.patch('services', at, { metadata: { finalizers: [finalizer] } })
  const shown = ports?.map(({ port, protocol = 'TCP' }) => ({ port, protocol }))
  const ingress = [{ hostname, ...(shown === undefined ? {} : { ports: shown }) }]
  cluster.patch('services', at, { status: { loadBalancer: { ingress } } }, { subresource: 'status' })
}
