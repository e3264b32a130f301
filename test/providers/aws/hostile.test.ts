import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServicePort } from '../../../src/model/objects.ts'
import { instanceId } from '../../support/bed.ts'
import { hostileBar } from './hostile.ts'
import { awsBed } from './subject.ts'

const key = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const port = (n: number): ServicePort => ({ name: `p${n}`, port: n, protocol: 'TCP', nodePort: 30_000 + n })
const ranges = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `10.${n}.0.0/16`)

test('aws: a full security group parks the newest Service only, and room lets it in at once', async () => {
  const { bed } = awsBed()
  bed.start()
  bed.apply('old', { ports: [port(80)], loadBalancerSourceRanges: [...ranges(21)] })
  await bed.pass(30_000)
  bed.apply('new', { ports: [port(81)], loadBalancerSourceRanges: [...ranges(21)] })
  await bed.pass(30_000)
  assert.equal(bed.condition('old')?.status, 'True', bed.condition('old')?.message)
  assert.equal(bed.condition('new')?.reason, 'LB_CLOUD_QUOTA', bed.condition('new')?.message)
  assert.equal(bed.address('new'), undefined, 'no address before its rules are in place')
  bed.apply('small', { ports: [port(83)], loadBalancerSourceRanges: ['10.0.0.0/16'] })
  await bed.pass(30_000)
  assert.equal(bed.condition('small')?.status, 'True', bed.condition('small')?.message)
  bed.edit('old', { spec: { loadBalancerSourceRanges: ['10.0.0.0/16'] } })
  await bed.pass(10_000)
  assert.equal(bed.condition('new')?.status, 'True', bed.condition('new')?.message)
  assert.equal(bed.warnings().length, 1, bed.warnings().join('\n'))
  await bed.stop()
})

test('aws: two Services at once and room for one: the older has it', async () => {
  const { bed } = awsBed({}, { limits: { rulesPerSecurityGroup: 2 } })
  bed.apply('b-older', { ports: [port(90)] })
  await bed.pass(2_000)
  bed.apply('a-newer', { ports: [port(80)] })
  bed.start()
  await bed.pass(60_000)
  assert.equal(bed.condition('b-older')?.status, 'True', bed.condition('b-older')?.message)
  assert.equal(bed.condition('a-newer')?.reason, 'LB_CLOUD_QUOTA')
  await bed.stop()
})

test('aws: no load balancer left in the account: parked, and made when another one goes', async () => {
  const { bed } = awsBed({}, { limits: { networkLoadBalancers: 1 } })
  bed.start()
  bed.apply('first', { ports: [port(80)] })
  await bed.pass(30_000)
  bed.apply('second', { ports: [port(81)] })
  await bed.pass(30_000)
  assert.equal(bed.condition('second')?.reason, 'LB_CLOUD_QUOTA')
  bed.delete('first')
  await bed.pass(30_000)
  assert.equal(bed.condition('second')?.status, 'True', bed.condition('second')?.message)
  await bed.stop()
})

test('aws: a refused attribute keeps no node from being registered', async () => {
  const { bed, cloud, joined } = awsBed()
  const attributes = key('target-group-attributes')
  bed.start()
  bed.apply('web')
  await bed.pass(30_000)
  cloud.deny('ModifyTargetGroupAttributes')
  bed.edit('web', { metadata: { annotations: { [attributes]: 'deregistration_delay.timeout_seconds=60' } } })
  await bed.pass(30_000)
  assert.equal(bed.condition('web')?.reason, 'LB_CLOUD_DENIED')
  joined(7)
  bed.addNode(7)
  await bed.pass(5_000)
  const [group] = cloud.world.targetGroups.list()
  assert.equal(cloud.log.filter((call) => call.action === 'RegisterTargets').length, 2)
  assert.ok(group !== undefined)
  cloud.allow('ModifyTargetGroupAttributes')
  await bed.pass(660_000)
  assert.equal(bed.condition('web')?.status, 'True')
  await bed.stop()
})

test('aws: lists that are five seconds late neither make twice nor bring back what went', async () => {
  const { bed, cloud } = awsBed({ settings: { listEveryMs: 3_000 } }, { switches: { listLag: 5_000 } })
  bed.start()
  for (let turn = 0; turn < 3; turn++) {
    bed.apply('web')
    await bed.pass(40_000)
    assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
    bed.delete('web')
    await bed.pass(40_000)
    assert.equal(bed.service('web'), undefined)
  }
  const creates = cloud.log.filter((call) => call.action === 'CreateLoadBalancer')
  assert.equal(creates.length, 3)
  assert.deepEqual(
    cloud.log.filter((call) => call.mutating && call.outcome !== 'ok').map((call) => call.action),
    [],
  )
  await bed.stop()
})

test('aws: an instance that AWS does not show yet is registered when it does, without another event', async () => {
  const { bed, cloud, joined } = awsBed()
  bed.start()
  bed.apply('web')
  await bed.pass(30_000)
  cloud.switches.listLag = 5_000
  joined(7)
  bed.addNode(7)
  await bed.pass(20_000)
  const registered = cloud.log.filter((call) => call.action === 'RegisterTargets')
  assert.equal(registered.length, 2)
  await bed.stop()
})

test('aws: an instance that AWS shows much later is found by the next sweep', async () => {
  const { bed, cloud, joined } = awsBed()
  bed.start()
  bed.apply('web')
  await bed.pass(30_000)
  cloud.switches.listLag = 60_000
  joined(7)
  bed.addNode(7)
  await bed.pass(30_000)
  const registered = () => cloud.log.filter((call) => call.action === 'RegisterTargets').length
  assert.equal(registered(), 1)
  await bed.pass(400_000)
  assert.equal(registered(), 2)
  await bed.stop()
})

test('aws: settings that are taken away return to their defaults, and tags go', async () => {
  const { bed, cloud } = awsBed()
  bed.start()
  bed.apply('plain', { ports: [port(80)] })
  await bed.calm()
  bed.delete('plain')
  await bed.pass(60_000)
  const shapeOf = () => {
    const [balancer] = cloud.world.loadBalancers.list()
    const [group] = cloud.world.targetGroups.list()
    return JSON.stringify([
      balancer?.attributes,
      balancer?.tags,
      group?.attributes,
      group?.tags,
      group?.healthCheck,
    ])
      .replaceAll(/k8s-[\w-]+/g, '')
      .replaceAll(/0000000000\d\d/g, '')
  }
  bed.apply('web', { ports: [port(80)] })
  await bed.pass(30_000)
  const plain = shapeOf()
  const asked = {
    [key('healthcheck-interval')]: '20',
    [key('cross-zone-load-balancing-enabled')]: 'true',
    [key('additional-resource-tags')]: 'team=web',
    [key('target-group-attributes')]: 'deregistration_delay.timeout_seconds=60',
  }
  bed.edit('web', { metadata: { annotations: asked } })
  await bed.pass(30_000)
  assert.notEqual(shapeOf(), plain)
  const none = Object.fromEntries(Object.keys(asked).map((name) => [name, null]))
  bed.edit('web', { metadata: { annotations: none } })
  await bed.pass(30_000)
  assert.equal(shapeOf(), plain)
  assert.equal(bed.condition('web')?.status, 'True')
  await bed.stop()
})

test('aws: an edit of one node port switches the listener before the old rule and the old targets go', async () => {
  const { bed, cloud } = awsBed()
  bed.start()
  bed.apply('web', { ports: [port(80)] })
  await bed.pass(30_000)
  cloud.clearLog()
  cloud.onCall = ({ service, mutating }) =>
    service === 'elbv2' && mutating ? bed.clock.sleep(3_000) : undefined
  bed.edit('web', { spec: { ports: [{ ...port(80), nodePort: 31_000 }] } })
  await bed.pass(60_000)
  const writes = cloud.log.filter((call) => call.mutating).map((call) => call.action)
  const at = (action: string) => writes.indexOf(action)
  assert.ok(at('ModifyListener') >= 0, writes.join())
  assert.ok(at('AuthorizeSecurityGroupIngress') < at('RevokeSecurityGroupIngress'), writes.join())
  assert.ok(at('ModifyListener') < at('RevokeSecurityGroupIngress'), writes.join())
  assert.ok(at('ModifyListener') < at('DeleteTargetGroup'), writes.join())
  assert.equal(bed.condition('web')?.status, 'True')
  await bed.stop()
})

test('aws: told to stop, the controller ends the call under way and begins no other', async () => {
  const { bed, cloud } = awsBed()
  cloud.switches.latencyMs = { min: 500, max: 500 }
  bed.start()
  await bed.pass(30_000)
  bed.apply('web')
  const made = (action: string) => cloud.log.some((call) => call.action === action && call.outcome === 'ok')
  await bed.until('the load balancer is made', () => made('CreateLoadBalancer'))
  await bed.stop()
  assert.equal(made('CreateListener'), false)
  cloud.switches.latencyMs = { min: 0, max: 0 }
  bed.start()
  await bed.pass(30_000)
  assert.equal(bed.condition('web')?.status, 'True')
  await bed.stop()
})

test('aws: deleted while its load balancer is being made, a Service waits for that and leaves nothing', async () => {
  const { bed, cloud } = awsBed()
  bed.start()
  await bed.pass(30_000)
  cloud.switches.latencyMs = { min: 4_000, max: 4_000 }
  bed.apply('web')
  await bed.until(
    'the first object is being made',
    () => bed.service('web')?.metadata.finalizers !== undefined,
  )
  await bed.pass(1_000)
  bed.delete('web')
  await bed.pass(120_000)
  assert.equal(bed.service('web'), undefined)
  assert.equal(cloud.world.loadBalancers.list().length + cloud.world.targetGroups.list().length, 0)
  await bed.stop()
})

test('aws: rules whose ids an answer leaves out are read before the next change, and go when they must', async () => {
  const { bed, cloud } = awsBed()
  const call = cloud.call.bind(cloud)
  Object.assign(cloud, {
    async call(...asked: Parameters<typeof call>) {
      const answer = (await call(...asked)) as { SecurityGroupRules?: readonly object[] }
      return asked[1] === 'AuthorizeSecurityGroupIngress'
        ? { ...answer, SecurityGroupRules: answer.SecurityGroupRules?.slice(-1) }
        : answer
    },
  })
  const open = () =>
    cloud.world.rules
      .list()
      .filter(({ egress, peer }) => !egress && 'cidr' in peer && peer.cidr === '0.0.0.0/0')
  bed.start()
  await bed.pass(60_000)
  bed.apply('web')
  await bed.pass(5_000)
  assert.equal(open().length, 2, 'clients and path MTU discovery')
  bed.edit('web', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  await bed.pass(60_000)
  assert.deepEqual(open(), [])
  await bed.stop()
})

test('aws: an instance that is a target stays one while a late list does not show it', async () => {
  const { bed, cloud, joined } = awsBed()
  bed.start()
  bed.apply('web')
  await bed.pass(30_000)
  joined(7)
  bed.addNode(7)
  await bed.pass(15_000)
  // The next look goes by another set of nodes, and finds the instance not shown again.
  const call = cloud.call.bind(cloud)
  const late = instanceId(7)
  Object.assign(cloud, {
    async call(...asked: Parameters<typeof call>) {
      const answer = (await call(...asked)) as {
        Reservations?: readonly { Instances: { InstanceId: string }[] }[]
      }
      if (asked[1] !== 'DescribeInstances') return answer
      const Reservations = (answer.Reservations ?? []).map(({ Instances, ...rest }) => ({
        ...rest,
        Instances: Instances.filter(({ InstanceId }) => InstanceId !== late),
      }))
      return { ...answer, Reservations }
    },
  })
  joined(8)
  bed.addNode(8)
  await bed.pass(60_000)
  const [group] = cloud.world.targetGroups.list()
  assert.deepEqual([...(cloud.world.targets.get(group?.arn ?? '')?.keys() ?? [])].length, 4)
  assert.ok(!cloud.log.some(({ action }) => action === 'DeregisterTargets'))
  bed.cluster.delete('nodes', { name: 'node-7' })
  await bed.pass(10_000)
  assert.ok(
    cloud.log.some(({ action }) => action === 'DeregisterTargets'),
    'with its node it goes',
  )
  await bed.stop()
})

test('aws: 30 Services, three nodes join in a hostile cloud', (t) => hostileBar(t, 'external', 30))
