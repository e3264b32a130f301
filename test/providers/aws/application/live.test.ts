/** Application load balancers through the whole controller. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cloud } from '../../../../localstack/aws/cloud.ts'
import type { ServicePort, ServiceSpec } from '../../../../src/model/objects.ts'
import type { Bed } from '../../../support/bed.ts'
import { certificate } from '../stories.ts'
import { awsBed } from '../subject.ts'

const key = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const port = (number: number): ServicePort => ({
  name: `p${number}`,
  port: number,
  protocol: 'TCP',
  nodePort: 30_000 + (number % 2_767),
})
const web = (more: Readonly<Record<string, string>> = {}) => ({
  [key('backend-protocol')]: 'http',
  ...Object.fromEntries(Object.entries(more).map(([name, value]) => [key(name), value])),
})

const only = <T>(items: readonly T[]): T => {
  const [item, ...more] = items
  assert.ok(item !== undefined && more.length === 0, `one, not ${items.length}`)
  return item
}
const balancer = (cloud: Cloud) => only(cloud.world.loadBalancers.list())
const listeners = (cloud: Cloud) => cloud.world.listeners.list().toSorted((a, b) => a.port - b.port)
const groupsOfIts = (cloud: Cloud) =>
  balancer(cloud).securityGroups.map((id) =>
    cloud.world.securityGroups.get(id)?.name.replace(/-[0-9a-f]{10}/, ''),
  )
const mutating = (cloud: Cloud) => cloud.log.filter((call) => call.mutating).map((call) => call.action)

async function served(annotations: Readonly<Record<string, string>>, spec: ServiceSpec = {}) {
  const made = awsBed()
  made.bed.start()
  await made.bed.pass(30_000)
  const before = made.cloud.dump()
  made.cloud.clearLog()
  made.bed.apply('web', { ports: [port(80)], ...spec }, annotations)
  await settled(made.bed)
  return { ...made, before }
}

async function settled(bed: Bed): Promise<void> {
  await bed.pass(20_000)
  await bed.calm()
  assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
}

const edit = async (bed: Bed, more: Readonly<Record<string, string | null>>, spec: object = {}) => {
  const annotations = Object.fromEntries(Object.entries(more).map(([name, value]) => [key(name), value]))
  bed.edit('web', { metadata: { annotations }, spec })
  await settled(bed)
}

/** Deleted, and nothing of it is left once what AWS holds back for a while is let go. */
async function gone({ bed, cloud, before }: Awaited<ReturnType<typeof served>>): Promise<void> {
  bed.delete('web')
  await bed.until('it is gone', () => bed.service('web') === undefined)
  await bed.pass(700_000)
  assert.deepEqual(cloud.dump(), before)
  await bed.stop()
}

test('one port: what is made, by how few calls, and a restart changes nothing', async (t) => {
  const made = await served(web())
  const { bed, cloud } = made
  const calls = mutating(cloud)
  t.diagnostic(`${calls.length} mutating calls: ${calls.join(', ')}`)
  assert.ok(calls.length <= 9, calls.join(', '))
  assert.equal(balancer(cloud).type, 'application')
  assert.equal(balancer(cloud).zones.length, 3)
  assert.deepEqual(new Set(groupsOfIts(cloud)), new Set(['k8s-shop-web-clients', 'k8s-traffic-demo']))
  assert.match(bed.address('web') ?? '', /\.elb\.amazonaws\.com$/)
  await bed.stop()
  cloud.clearLog()
  bed.start()
  await bed.pass(4_000_000)
  assert.deepEqual(mutating(cloud), [])
  cloud.clearLog()
  bed.apply('api', { ports: [port(81)] }, web())
  await bed.pass(20_000)
  t.diagnostic(`the next: ${mutating(cloud).length} mutating calls: ${mutating(cloud).join(', ')}`)
  assert.ok(mutating(cloud).length <= 7, mutating(cloud).join(', '))
  bed.delete('api')
  await bed.pass(60_000)
  await gone(made)
})

test('443 and 8443 with the certificate, 80 plain; more names, another policy, and back', async () => {
  const second = certificate.replace(/1{12}$/, '222222222222')
  const made = await served(web({ 'ssl-cert': certificate, 'ssl-ports': '443,8443' }), {
    ports: [port(80), port(443), port(8443)],
  })
  const { bed, cloud } = made
  cloud.addCertificate(second)
  const told = () =>
    listeners(cloud).map(
      (one) => `${one.port} ${one.protocol} ${one.certificates.length} ${one.sslPolicy ?? ''}`,
    )
  const old = 'ELBSecurityPolicy-2016-08'
  assert.deepEqual(told(), ['80 HTTP 0 ', `443 HTTPS 1 ${old}`, `8443 HTTPS 1 ${old}`])
  assert.ok(cloud.world.targetGroups.list().every(({ protocol }) => protocol === 'HTTP'))
  const policy = 'ELBSecurityPolicy-TLS13-1-2-2021-06'
  await edit(bed, { 'ssl-cert': `${certificate},${second}`, 'ssl-negotiation-policy': policy })
  assert.deepEqual(told(), ['80 HTTP 0 ', `443 HTTPS 2 ${policy}`, `8443 HTTPS 2 ${policy}`])
  await edit(bed, { 'ssl-cert': certificate, 'ssl-negotiation-policy': null })
  assert.deepEqual(told(), ['80 HTTP 0 ', `443 HTTPS 1 ${old}`, `8443 HTTPS 1 ${old}`])
  await gone(made)
})

test('attributes of all three kinds are set, and return to what AWS has', async () => {
  const made = await served(web())
  const { bed, cloud } = made
  const plain = balancer(cloud).attributes
  const had = cloud.dump()
  await edit(
    bed,
    {
      'connection-idle-timeout': '120',
      attributes: 'routing.http.xff_header_processing.mode=preserve,routing.http2.enabled=false',
      'target-group-attributes': 'load_balancing.algorithm.type=least_outstanding_requests',
      'listener-attributes.HTTP-80': 'routing.http.response.server.enabled=false',
      'cross-zone-load-balancing-enabled': 'false',
      'healthcheck-path': '/ready',
      'healthcheck-success-codes': '200,204',
    },
    { sessionAffinity: 'ClientIP' },
  )
  const { attributes } = balancer(cloud)
  assert.equal(attributes['idle_timeout.timeout_seconds'], '120')
  assert.equal(attributes['routing.http.xff_header_processing.mode'], 'preserve')
  assert.equal(attributes['routing.http2.enabled'], 'false')
  const targets = only(cloud.world.targetGroups.list())
  assert.equal(targets.attributes['stickiness.type'], 'lb_cookie')
  assert.equal(targets.attributes['stickiness.enabled'], 'true')
  assert.equal(targets.attributes['stickiness.lb_cookie.duration_seconds'], '10800')
  assert.equal(targets.attributes['load_balancing.algorithm.type'], 'least_outstanding_requests')
  assert.equal(targets.attributes['load_balancing.cross_zone.enabled'], 'false')
  assert.deepEqual([targets.healthCheck.path, targets.healthCheck.matcher], ['/ready', '200,204'])
  assert.equal(only(listeners(cloud)).attributes['routing.http.response.server.enabled'], 'false')
  await edit(
    bed,
    {
      'connection-idle-timeout': null,
      attributes: null,
      'target-group-attributes': null,
      'listener-attributes.HTTP-80': null,
      'cross-zone-load-balancing-enabled': null,
      'healthcheck-path': null,
      'healthcheck-success-codes': null,
    },
    { sessionAffinity: 'None' },
  )
  assert.deepEqual(balancer(cloud).attributes, plain)
  assert.equal(only(cloud.world.targetGroups.list()).attributes['stickiness.enabled'], 'false')
  assert.deepEqual(cloud.dump(), had)
  await gone(made)
})

test('who may connect is narrowed in its own group, and widened again', async () => {
  const made = await served(web())
  const { bed, cloud } = made
  const ranges = () => {
    const own = cloud.world.securityGroups.list().find(({ name }) => name.startsWith('k8s-shop-web'))
    return cloud.world.rules
      .list()
      .flatMap(({ groupId, egress, peer }) =>
        groupId === own?.id && !egress && 'cidr' in peer ? [peer.cidr] : [],
      )
  }
  assert.deepEqual(ranges(), ['0.0.0.0/0'])
  await edit(bed, {}, { loadBalancerSourceRanges: ['192.0.2.0/24'] })
  assert.deepEqual(ranges(), ['192.0.2.0/24'])
  await edit(bed, {}, { loadBalancerSourceRanges: null })
  assert.deepEqual(ranges(), ['0.0.0.0/0'])
  await gone(made)
})

interface Drift {
  readonly name: string
  readonly by: (cloud: Cloud) => void
}

const drifts: readonly Drift[] = [
  {
    name: 'the listener is deleted',
    by: (cloud) => cloud.byHand('elbv2', 'DeleteListener', { ListenerArn: only(listeners(cloud)).arn }),
  },
  {
    name: 'the load balancer is put into other groups',
    by: (cloud) =>
      cloud.byHand('elbv2', 'SetSecurityGroups', {
        LoadBalancerArn: balancer(cloud).arn,
        SecurityGroups: ['sg-0default'],
      }),
  },
  {
    name: 'its idle time is changed',
    by: (cloud) =>
      cloud.byHand('elbv2', 'ModifyLoadBalancerAttributes', {
        LoadBalancerArn: balancer(cloud).arn,
        Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '7' }],
      }),
  },
  {
    name: 'the health check is changed',
    by: (cloud) =>
      cloud.byHand('elbv2', 'ModifyTargetGroup', {
        TargetGroupArn: only(cloud.world.targetGroups.list()).arn,
        HealthCheckPath: '/elsewhere',
      }),
  },
  {
    name: 'it is taken out of a zone',
    by: (cloud) =>
      cloud.byHand('elbv2', 'SetSubnets', {
        LoadBalancerArn: balancer(cloud).arn,
        Subnets: balancer(cloud)
          .zones.slice(1)
          .map(({ subnetId }) => subnetId),
      }),
  },
]

for (const { name, by } of drifts)
  test(`somebody else: ${name}, and it is as it was within the drift period`, async () => {
    const made = await served(web({ 'connection-idle-timeout': '120' }))
    const asked = made.cloud.dump()
    by(made.cloud)
    assert.notDeepEqual(made.cloud.dump(), asked)
    await made.bed.pass(3_700_000)
    assert.deepEqual(made.cloud.dump(), asked)
    await gone(made)
  })

test('beside a network load balancer of the same namespace, each is left alone when the other goes', async () => {
  const made = await served(web())
  const { bed, cloud } = made
  const alone = cloud.dump()
  bed.apply('net', { ports: [port(81)] }, { [key('type')]: 'external' })
  await bed.pass(30_000)
  assert.deepEqual(
    cloud.world.loadBalancers
      .list()
      .map(({ type }) => type)
      .toSorted(),
    ['application', 'network'],
  )
  bed.delete('net')
  await bed.pass(700_000)
  assert.deepEqual(cloud.dump(), alone)
  await gone(made)
})

test('one zone is too few: said before anything is made, and what serves stays', async () => {
  const made = await served(web())
  const { bed, cloud } = made
  const asked = cloud.dump()
  bed.edit('web', { metadata: { annotations: { [key('subnets')]: 'subnet-0pub0a' } } })
  await bed.pass(30_000)
  assert.equal(bed.condition('web')?.reason, 'LB_SUBNETS_ZONES', bed.condition('web')?.message)
  assert.deepEqual(cloud.dump(), asked)
  await gone(made)
})

test('fewer zones and others: by one call each', async () => {
  const made = await served(web({ subnets: 'subnet-0pub0a,subnet-0pub0b' }))
  const { bed, cloud } = made
  cloud.clearLog()
  await edit(bed, { subnets: 'subnet-0pub0b,subnet-0pub0c' })
  assert.deepEqual(mutating(cloud), ['SetSubnets'])
  assert.deepEqual(
    balancer(cloud).zones.map(({ subnetId }) => subnetId),
    ['subnet-0pub0b', 'subnet-0pub0c'],
  )
  await gone(made)
})

test('a share of the requests goes to a target group of somebody else, sticky, and comes back', async () => {
  const made = await served(web())
  const { bed, cloud } = made
  const alone = cloud.dump()
  const { TargetGroups } = cloud.byHand('elbv2', 'CreateTargetGroup', {
    Name: 'canary',
    Protocol: 'HTTP',
    Port: 8080,
    VpcId: 'vpc-0a1',
  }) as { readonly TargetGroups: readonly { readonly TargetGroupArn: string }[] }
  const canary = only(TargetGroups).TargetGroupArn
  const action = JSON.stringify({
    type: 'forward',
    forwardConfig: {
      targetGroups: [
        { serviceName: 'web', servicePort: 80, weight: 90 },
        { targetGroupARN: canary, weight: 10 },
      ],
      targetGroupStickinessConfig: { enabled: true, durationSeconds: 600 },
    },
  })
  const annotated = async (value: string | null) => {
    bed.edit('web', { metadata: { annotations: { 'service.beta.kubernetes.io/actions.HTTP-80': value } } })
    await settled(bed)
  }
  await annotated(action)
  const { forwards, stickySeconds } = only(listeners(cloud))
  assert.deepEqual(
    forwards.map(({ weight }) => weight),
    [90, 10],
  )
  assert.equal(forwards[1]?.targetGroupArn, canary)
  assert.equal(stickySeconds, 600)
  await annotated(null)
  cloud.byHand('elbv2', 'DeleteTargetGroup', { TargetGroupArn: canary })
  assert.deepEqual(cloud.dump(), alone)
  await gone(made)
})
