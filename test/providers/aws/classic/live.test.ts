import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cloud } from '../../../../localstack/aws/cloud.ts'
import { type Bed, instanceId } from '../../../support/bed.ts'
import { isTrue } from '../../../conformance/subject.ts'
import { certificate } from '../stories.ts'
import { awsBed } from '../subject.ts'
import { balancerIn } from './subject.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const classicBed = () => awsBed({}, {}, { defaultType: 'classic' })

const writes = ({ log }: Cloud): readonly string[] =>
  log.filter((call) => call.mutating && call.outcome === 'ok').map((call) => call.action)

const port = (number: number, nodePort: number) => ({
  name: `p${number}`,
  port: number,
  protocol: 'TCP',
  nodePort,
})

async function begun({ bed, cloud }: { readonly bed: Bed; readonly cloud: Cloud }): Promise<void> {
  await bed.until('the Service is ready', () => isTrue(bed, 'web'))
  await bed.pass(30_000)
  await bed.calm()
  cloud.clearLog()
}

test('one port with its own group takes six calls, with a given group four, and nothing needs none', async (t) => {
  for (const [given, calls] of [
    [{}, 6],
    [{ [key('security-groups')]: 'sg-0default' }, 4],
  ] as const) {
    const { bed, cloud } = classicBed()
    bed.start()
    bed.apply('web', {}, given)
    await bed.until('the Service is ready', () => isTrue(bed, 'web'))
    t.diagnostic(writes(cloud).join(', '))
    assert.equal(writes(cloud).length, calls)
    assert.match(bed.address('web') ?? '', /^a[0-9a-f]{31}-\d+\.us-east-1\.elb\.amazonaws\.com$/)
    cloud.clearLog()
    await bed.pass(3_600_000)
    assert.deepEqual(writes(cloud), [])
    await bed.stop()
  }
})

test('nothing is sent to a node before PROXY protocol, TLS and the health check are set', async () => {
  const { bed, cloud } = classicBed()
  bed.start()
  bed.apply(
    'web',
    {},
    {
      [key('ssl-cert')]: certificate,
      [key('ssl-negotiation-policy')]: 'ELBSecurityPolicy-TLS-1-2-2017-01',
      [key('proxy-protocol')]: '*',
      [key('connection-idle-timeout')]: '120',
    },
  )
  await bed.until('the Service is ready', () => isTrue(bed, 'web'))
  const calls = cloud.log.filter((call) => call.mutating && call.service === 'elb').map((call) => call.action)
  assert.deepEqual(calls, [
    'CreateLoadBalancer',
    'CreateLoadBalancerPolicy',
    'CreateLoadBalancerPolicy',
    'SetLoadBalancerPoliciesOfListener',
    'SetLoadBalancerPoliciesForBackendServer',
    'ConfigureHealthCheck',
    'ModifyLoadBalancerAttributes',
    'RegisterInstancesWithLoadBalancer',
  ])
  await bed.stop()
})

test('a new port is open to clients when its TLS policy and PROXY protocol are in place', async () => {
  const { bed, cloud } = classicBed()
  const annotations = {
    [key('ssl-cert')]: certificate,
    [key('ssl-negotiation-policy')]: 'ELBSecurityPolicy-TLS-1-2-2017-01',
    [key('proxy-protocol')]: '*',
  }
  bed.start()
  bed.apply('web', { ports: [port(443, 30_443)] }, annotations)
  await begun({ bed, cloud })
  bed.edit('web', { spec: { ports: [port(443, 30_443), port(444, 30_444)] } })
  await begunWrites(bed, cloud, [
    'CreateLoadBalancerListeners',
    'SetLoadBalancerPoliciesOfListener',
    'SetLoadBalancerPoliciesForBackendServer',
    'AuthorizeSecurityGroupIngress',
  ])
  await bed.stop()
})

async function begunWrites(bed: Bed, cloud: Cloud, want: readonly string[]): Promise<void> {
  await bed.pass(20_000)
  await bed.calm()
  assert.deepEqual(writes(cloud), want)
  assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
}

test('a node that joins is one call for each load balancer, one that leaves one more', async () => {
  const made = classicBed()
  const { bed, cloud, joined } = made
  bed.start()
  bed.apply('web')
  bed.apply('api', { ports: [port(81, 30_081)] })
  await begun(made)
  joined(7)
  bed.addNode(7)
  await bed.pass(5_000)
  assert.deepEqual(writes(cloud), ['RegisterInstancesWithLoadBalancer', 'RegisterInstancesWithLoadBalancer'])
  bed.cluster.delete('nodes', { name: 'node-7' })
  await bed.pass(5_000)
  assert.equal(writes(cloud).filter((one) => one === 'DeregisterInstancesFromLoadBalancer').length, 2)
  await bed.stop()
})

test('an instance that AWS took out by itself when it ended is no error', async () => {
  const made = classicBed()
  const { bed, cloud } = made
  bed.start()
  bed.apply('web')
  await begun(made)
  cloud.removeInstance(instanceId(2))
  bed.cluster.delete('nodes', { name: 'node-2' })
  await bed.pass(20_000)
  await bed.calm()
  assert.deepEqual(Object.keys(balancerIn(cloud).instances), [instanceId(1)])
  assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
  assert.deepEqual(bed.warnings(), [])
  await bed.stop()
})

test('a certificate that AWS does not know changes nothing, and nodes come and go all the same', async () => {
  const made = classicBed()
  const { bed, cloud, joined } = made
  bed.start()
  bed.apply('web', {}, { [key('ssl-cert')]: certificate })
  await begun(made)
  bed.edit('web', { metadata: { annotations: { [key('ssl-cert')]: certificate.replace(/1$/, '2') } } })
  await bed.pass(20_000)
  assert.match(bed.condition('web')?.message ?? '', /CertificateNotFound/)
  joined(7)
  bed.addNode(7)
  bed.cluster.delete('nodes', { name: 'node-1' })
  await bed.pass(20_000)
  const { instances, listeners } = balancerIn(cloud)
  assert.deepEqual(Object.keys(instances).toSorted(), [instanceId(2), instanceId(7)])
  assert.deepEqual(
    listeners.map((listener) => listener.certificate),
    [certificate],
  )
  await bed.stop()
})

test('settings that nobody writes any more return to what AWS gives', async () => {
  const made = classicBed()
  const { bed, cloud } = made
  bed.start()
  bed.apply('web', {}, { [key('ssl-cert')]: certificate })
  await begun(made)
  const plain = cloud.dump()['classicLoadBalancers']
  const asked = {
    [key('ssl-negotiation-policy')]: 'ELBSecurityPolicy-TLS-1-2-2017-01',
    [key('proxy-protocol')]: '*',
    [key('connection-draining-enabled')]: 'true',
    [key('connection-draining-timeout')]: '20',
    [key('access-log-enabled')]: 'true',
    [key('access-log-s3-bucket-name')]: 'my-logs',
    [key('access-log-s3-bucket-prefix')]: 'edge',
    [key('healthcheck-port')]: '10256',
  }
  bed.edit('web', { metadata: { annotations: asked } })
  await begun(made)
  assert.deepEqual(balancerIn(cloud).attributes.AccessLog, {
    Enabled: true,
    EmitInterval: 60,
    S3BucketName: 'my-logs',
    S3BucketPrefix: 'edge',
  })
  bed.edit('web', {
    metadata: { annotations: Object.fromEntries(Object.keys(asked).map((name) => [name, null])) },
  })
  await begun(made)
  assert.deepEqual(cloud.dump()['classicLoadBalancers'], plain)
  await bed.stop()
})

test('source ranges are narrowed in its own group alone', async () => {
  const made = classicBed()
  const { bed, cloud } = made
  bed.start()
  bed.apply('web')
  await begun(made)
  bed.edit('web', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  await begunWrites(bed, cloud, ['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress'])
  await bed.stop()
})

test('a name that somebody else holds is told, and that load balancer is not touched', async () => {
  const { bed, cloud } = classicBed()
  const Listeners = [{ LoadBalancerPort: 9, Protocol: 'TCP', InstancePort: 9 }]
  cloud.byHand('elb', 'CreateLoadBalancer', {
    LoadBalancerName: 'edge',
    Listeners,
    Subnets: ['subnet-0pub0a'],
  })
  bed.start()
  bed.apply('web', {}, { [key('name')]: 'edge' })
  await bed.pass(60_000)
  assert.match(bed.condition('web')?.message ?? '', /LB_NAME_TAKEN/)
  assert.deepEqual(balancerIn(cloud).listeners[0]?.port, 9)
  bed.delete('web')
  await bed.until('it is gone', () => bed.service('web') === undefined)
  assert.equal(cloud.world.classicLoadBalancers.list().length, 1)
  await bed.stop()
})

test('a chosen name is found again after a restart', async () => {
  const made = classicBed()
  const { bed, cloud } = made
  bed.start()
  bed.apply('web', {}, { [key('name')]: 'edge' })
  await begun(made)
  bed.kill()
  bed.delete('web')
  bed.start()
  await bed.until('it is gone', () => bed.service('web') === undefined)
  assert.deepEqual(cloud.world.classicLoadBalancers.list(), [])
  await bed.stop()
})

test('with an input that cannot be read nothing goes, and nodes that join are registered', async () => {
  const made = classicBed()
  const { bed, cloud, joined } = made
  bed.start()
  bed.apply('web')
  await begun(made)
  bed.kill()
  bed.edit('web', {
    metadata: { annotations: { [key('healthcheck-interval')]: '7000', 'lb-controller.io/accepted': '{}' } },
  })
  joined(7)
  bed.addNode(7)
  bed.start()
  await bed.pass(60_000)
  const { instances, listeners } = balancerIn(cloud)
  assert.deepEqual(Object.keys(instances).toSorted(), [1, 2, 7].map(instanceId))
  assert.equal(listeners.length, 1)
  await bed.stop()
})

test('type nlb beside it: both kinds stand for one Service until the new one serves', async () => {
  const made = awsBed({ settings: { graceMs: 60_000 } }, {}, { defaultType: 'classic' })
  const { bed, cloud } = made
  bed.start()
  bed.apply('web')
  await begun(made)
  const old = bed.address('web')
  bed.edit('web', { metadata: { annotations: { [key('type')]: 'nlb' } } })
  await bed.until('the status switches', () => bed.address('web') !== old)
  assert.equal(cloud.world.classicLoadBalancers.list().length, 1, 'the old one stays for the grace')
  await bed.until('the old one is gone', () => cloud.world.classicLoadBalancers.list().length === 0)
  await bed.until('ready', () => isTrue(bed, 'web'))
  bed.edit('web', { metadata: { annotations: { [key('type')]: null } } })
  await bed.until('and back', () => cloud.world.loadBalancers.list().length === 0)
  assert.match(bed.address('web') ?? '', /^a[0-9a-f]{31}-/)
  await bed.stop()
})
