import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createCloud } from '../../../localstack/aws/cloud.ts'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { refusal, startRig } from './rig.ts'

const group = (Name: string) => ({ Name, Protocol: 'TCP', Port: 80, VpcId: 'vpc-0a1' })

function inProcess() {
  const clock = new VirtualClock()
  const cloud = createCloud({ clock })
  const create = (name: string) => cloud.call('elbv2', 'CreateTargetGroup', group(name))
  const names = async () => {
    const answer = (await cloud.call('elbv2', 'DescribeTargetGroups', {})) as {
      TargetGroups: { TargetGroupName: string; TargetGroupArn: string }[]
    }
    return answer.TargetGroups.map((shown) => shown.TargetGroupName)
  }
  return { clock, cloud, create, names }
}

async function outcomes(seed: number): Promise<string[]> {
  const cloud = createCloud({ clock: new VirtualClock(), seed, switches: { failureShare: 0.5 } })
  for (let call = 0; call < 20; call++) await refusal(cloud.call('ec2', 'DescribeVpcs', {}))
  return cloud.log.map((entry) => entry.outcome)
}

suite('aws: switches', () => {
  test('lists lag, reads by ARN do not', async () => {
    const { clock, cloud, create, names } = inProcess()
    await clock.advance(10_000)
    const answer = (await create('one')) as { TargetGroups: { TargetGroupArn: string }[] }
    const TargetGroupArn = answer.TargetGroups[0]?.TargetGroupArn ?? ''
    cloud.switches.listLag = 5_000
    assert.deepEqual(await names(), [])
    const byArn = { TargetGroupArns: [TargetGroupArn] }
    assert.equal(await refusal(cloud.call('elbv2', 'DescribeTargetGroups', byArn)), 'ok')
    const byName = { Names: ['one'] }
    assert.equal(await refusal(cloud.call('elbv2', 'DescribeTargetGroups', byName)), 'TargetGroupNotFound')
    await clock.advance(5_000)
    assert.deepEqual(await names(), ['one'])
    await cloud.call('elbv2', 'DeleteTargetGroup', { TargetGroupArn })
    assert.deepEqual(await names(), ['one'], 'deleted, and still listed')
    await clock.advance(5_000)
    assert.deepEqual(await names(), [])
  })

  test('what was there from the start is listed however late lists are', async () => {
    const { cloud } = inProcess()
    cloud.switches.listLag = 60_000
    const { Subnets } = (await cloud.call('ec2', 'DescribeSubnets', {})) as { Subnets: object[] }
    assert.equal(Subnets.length, 6)
  })

  test('a cut before takes no effect, a cut after takes effect and loses the answer', async () => {
    const { cloud, create, names } = inProcess()
    cloud.cutAt({ call: 2, effect: 'before' })
    await create('one')
    await names()
    assert.equal(await refusal(create('two')), 'ECONNRESET')
    assert.deepEqual(await names(), ['one'])
    cloud.cutAt({ call: 1, effect: 'after' })
    assert.equal(await refusal(create('two')), 'ECONNRESET')
    assert.deepEqual(await names(), ['one', 'two'])
    assert.equal(await refusal(create('two')), 'ok', 'a cut happens once')
    cloud.cutAt({ call: 1, effect: 'after' })
    assert.equal(await refusal(create('-')), 'ECONNRESET', 'a refusal is lost too')
    const mutations = cloud.log.filter((entry) => entry.mutating).map((entry) => entry.outcome)
    assert.deepEqual(mutations, ['ok', 'cut before', 'cut after', 'ok', 'cut after'])
    assert.deepEqual(cloud.counts(), { 'elbv2:CreateTargetGroup': 5, 'elbv2:DescribeTargetGroups': 3 })
  })

  test('a cut breaks the connection of an SDK client both ways', async (t) => {
    const { cloud, elb } = await startRig(t)
    for (const effect of ['before', 'after'] as const) {
      cloud.cutAt({ call: 1, effect })
      assert.equal(await refusal(elb.createTargetGroup({ ...group(effect), Protocol: 'TCP' })), 'ECONNRESET')
    }
    const { TargetGroups } = await elb.describeTargetGroups({})
    assert.deepEqual(
      TargetGroups?.map((shown) => shown.TargetGroupName),
      ['after'],
    )
  })

  test('throttling drains a bucket for each class and fills it as time goes by', async (t) => {
    const { cloud, clock, ec2, elb } = await startRig(t)
    cloud.switches.throttle = { 'elbv2:read': { rate: 1, burst: 2 }, 'ec2:read': { rate: 1, burst: 0 } }
    const read = () => refusal(elb.describeTargetGroups({}))
    assert.deepEqual([await read(), await read(), await read()], ['ok', 'ok', 'Throttling'])
    assert.equal(await refusal(elb.createTargetGroup({ ...group('one'), Protocol: 'TCP' })), 'ok')
    await clock.advance(1_000)
    assert.deepEqual([await read(), await read()], ['ok', 'Throttling'])
    const status = await ec2.describeVpcs({}).then(
      () => 200,
      (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
    )
    assert.equal(status, 503)
    assert.equal(await refusal(ec2.describeVpcs({})), 'RequestLimitExceeded')
  })

  test('deny and allow', async (t) => {
    const { cloud, ec2, elb } = await startRig(t)
    cloud.deny('DescribeLoadBalancers')
    cloud.deny('ec2:DescribeVpcs')
    assert.equal(await refusal(elb.describeLoadBalancers({})), 'AccessDenied')
    assert.equal(await refusal(ec2.describeVpcs({})), 'UnauthorizedOperation')
    cloud.allow('DescribeLoadBalancers')
    assert.equal(await refusal(elb.describeLoadBalancers({})), 'ok')
  })

  test('a share of calls fails, the same ones for the same seed', async () => {
    assert.deepEqual(await outcomes(7), await outcomes(7))
    assert.deepEqual(new Set(await outcomes(7)), new Set(['ok', 'Unavailable']))
  })

  test('latency passes on the clock of the cloud', async () => {
    const { clock, cloud, create } = inProcess()
    cloud.switches.latencyMs = { min: 100, max: 100 }
    let done = false
    const call = create('one').then(() => (done = true))
    await clock.advance(99)
    assert.equal(done, false)
    await clock.advance(1)
    assert.equal(await call, true)
  })

  test('onCall sees each call first and may refuse it', async () => {
    const { cloud, create, names } = inProcess()
    cloud.onCall = ({ action }) => {
      if (action === 'CreateTargetGroup') throw new Error('not today')
    }
    await assert.rejects(create('one'), /not today/)
    assert.deepEqual(await names(), [])
  })

  test('refused credentials', async (t) => {
    const { ec2, elb } = await startRig(t, { switches: { credentialsRefused: true } })
    assert.equal(await refusal(elb.describeLoadBalancers({})), 'InvalidClientTokenId')
    assert.equal(await refusal(ec2.describeVpcs({})), 'AuthFailure')
  })

  test('what is done by hand meets no trouble and leaves no line in the log', async () => {
    const { cloud, names } = inProcess()
    cloud.deny('CreateTargetGroup')
    cloud.cutAt({ call: 1, effect: 'before' })
    cloud.byHand('elbv2', 'CreateTargetGroup', group('one'))
    assert.deepEqual(await names(), ['one'])
    assert.deepEqual(cloud.counts(), { 'elbv2:DescribeTargetGroups': 1 })
  })
})
