import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createCloud, type Cloud } from '../../../localstack/aws/cloud.ts'
import { AwsTraffic } from '../../../localstack/aws/traffic/traffic.ts'
import type { Outcome } from '../../../providers/local/server/health-verdict.ts'
import { parsePools } from '../../../providers/local/server/pools.ts'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { silentLog } from '../../../src/observe/log.ts'
import type { Relay, RelayFrontend } from '../../../src/relay/frontend.ts'

/** A cloud with traffic, on a clock that the test moves, over a relay that only remembers. */
function bed(t: TestContext) {
  const clock = new VirtualClock()
  const cloud = createCloud({ clock, switches: { provisioningMs: 0, healthyMs: 0 } })
  const failing = new Set<string>()
  const checked: string[] = []
  let served: readonly RelayFrontend[] = []
  const relay: Relay = {
    serve: async (frontends) => {
      served = frontends
      return []
    },
    change: async () => [],
    counters: async () => new Map(),
    drain: async () => {},
  }
  const pools = parsePools(['aws=127.0.240.0/24'])
  assert.ok(pools.ok)
  const [pool] = pools.value
  assert.ok(pool)
  const traffic = new AwsTraffic({
    cloud,
    relay,
    pool,
    clock,
    random: () => 0.5,
    log: silentLog,
    probe: async ({ address, port }, { protocol, path = '' }) => {
      const place = `${protocol} ${address}:${port}${path}`
      checked.push(place)
      const passed = !failing.has(place)
      return { passed, reason: passed ? 'passed' : 'refused', message: '' } satisfies Outcome
    },
  })
  t.after(() => traffic.drain(0))
  return { clock, cloud, traffic, failing, checked, served: () => served }
}

interface Made {
  readonly balancer: string
  readonly group: string
  readonly name: string
}

const ask = async <T>(cloud: Cloud, action: string, input: object): Promise<T> =>
  (await cloud.call('elbv2', action, input)) as T

async function networkBalancer(cloud: Cloud, check: object = {}): Promise<Made> {
  cloud.addInstance({ id: 'i-1', az: 'a', privateIp: '127.0.0.11' })
  cloud.addInstance({ id: 'i-2', az: 'a', privateIp: '127.0.0.12' })
  const { LoadBalancers: balancers } = await ask<{
    LoadBalancers: { LoadBalancerArn: string; DNSName: string }[]
  }>(cloud, 'CreateLoadBalancer', { Name: 'web', Type: 'network', Subnets: ['subnet-0pub0a'] })
  const { TargetGroups: groups } = await ask<{ TargetGroups: { TargetGroupArn: string }[] }>(
    cloud,
    'CreateTargetGroup',
    { Name: 'web', Protocol: 'TCP', Port: 30080, VpcId: 'vpc-0a1', HealthCheckIntervalSeconds: 10, ...check },
  )
  const balancer = balancers[0]?.LoadBalancerArn ?? ''
  const group = groups[0]?.TargetGroupArn ?? ''
  await ask(cloud, 'RegisterTargets', { TargetGroupArn: group, Targets: [{ Id: 'i-1' }, { Id: 'i-2' }] })
  await ask(cloud, 'CreateListener', {
    LoadBalancerArn: balancer,
    Port: 80,
    Protocol: 'TCP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
  })
  return { balancer, group, name: balancers[0]?.DNSName ?? '' }
}

async function states(cloud: Cloud, group: string): Promise<Record<string, string>> {
  const { TargetHealthDescriptions: all } = await ask<{
    TargetHealthDescriptions: { Target: { Id: string }; TargetHealth: { State: string } }[]
  }>(cloud, 'DescribeTargetHealth', { TargetGroupArn: group })
  return Object.fromEntries(all.map(({ Target, TargetHealth }) => [Target.Id, TargetHealth.State]))
}

/** Which targets take new connections. */
const taking = (frontends: readonly RelayFrontend[]): readonly string[] =>
  frontends.flatMap(({ routes }) =>
    routes.flatMap(({ targets }) =>
      targets.filter(({ weight }) => weight !== 0).map(({ address, port }) => `${address}:${port}`),
    ),
  )

test('aws traffic: a network load balancer has an address, a name that leads there, and its targets', async (t) => {
  const { clock, cloud, traffic, served } = bed(t)
  const { balancer, name } = await networkBalancer(cloud)
  await clock.advance(0)
  assert.deepEqual(traffic.names(), { [name.toLowerCase()]: ['127.0.240.1'] })
  const [frontend] = served()
  assert.deepEqual(
    [frontend?.protocol, frontend?.address, frontend?.port, frontend?.dialFrom],
    ['TCP', '127.0.240.1', 80, 'client'],
  )
  assert.deepEqual(taking(served()), ['127.0.0.11:30080', '127.0.0.12:30080'])
  await ask(cloud, 'DeleteLoadBalancer', { LoadBalancerArn: balancer })
  await clock.advance(0)
  assert.deepEqual([traffic.names(), served()], [{}, []])
})

test('aws traffic: the checks that a group asks for decide, and are told', async (t) => {
  const { clock, cloud, failing, checked, served } = bed(t)
  failing.add('HTTP 127.0.0.12:31000/healthz')
  const { group } = await networkBalancer(cloud, {
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: '31000',
    HealthCheckPath: '/healthz',
  })
  await clock.advance(0)
  assert.deepEqual(checked, ['HTTP 127.0.0.11:31000/healthz', 'HTTP 127.0.0.12:31000/healthz'])
  assert.deepEqual(await states(cloud, group), { 'i-1': 'healthy', 'i-2': 'unhealthy' })
  assert.deepEqual(taking(served()), ['127.0.0.11:30080'])
  failing.add('HTTP 127.0.0.11:31000/healthz')
  await clock.advance(20_000)
  assert.deepEqual(await states(cloud, group), { 'i-1': 'unhealthy', 'i-2': 'unhealthy' })
  assert.deepEqual(taking(served()), ['127.0.0.11:30080', '127.0.0.12:30080'], 'it fails open, as AWS does')
})

test('aws traffic: a target that drains takes nothing new, and is gone after its time', async (t) => {
  const { clock, cloud, served } = bed(t)
  const { group } = await networkBalancer(cloud)
  await clock.advance(0)
  await ask(cloud, 'DeregisterTargets', { TargetGroupArn: group, Targets: [{ Id: 'i-2' }] })
  await clock.advance(0)
  const weights = () => served()[0]?.routes[0]?.targets.map(({ address, weight }) => `${address} ${weight}`)
  assert.deepEqual(weights(), ['127.0.0.11 100', '127.0.0.12 0'])
  await clock.advance(301_000)
  assert.deepEqual(weights(), ['127.0.0.11 100'])
})

test('aws traffic: security groups decide who may come', async (t) => {
  const { clock, cloud, served } = bed(t)
  const { GroupId: id } = (await cloud.call('ec2', 'CreateSecurityGroup', {
    GroupName: 'front',
    Description: 'front',
    VpcId: 'vpc-0a1',
  })) as { GroupId: string }
  await cloud.call('ec2', 'AuthorizeSecurityGroupIngress', {
    GroupId: id,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '127.0.5.0/24' }] }],
  })
  const { LoadBalancers: balancers } = await ask<{ LoadBalancers: { LoadBalancerArn: string }[] }>(
    cloud,
    'CreateLoadBalancer',
    { Name: 'web', Type: 'network', Subnets: ['subnet-0pub0a'], SecurityGroups: [id] },
  )
  const { TargetGroups: groups } = await ask<{ TargetGroups: { TargetGroupArn: string }[] }>(
    cloud,
    'CreateTargetGroup',
    { Name: 'web', Protocol: 'TCP', Port: 30080, VpcId: 'vpc-0a1' },
  )
  for (const port of [80, 81])
    await ask(cloud, 'CreateListener', {
      LoadBalancerArn: balancers[0]?.LoadBalancerArn,
      Port: port,
      Protocol: 'TCP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: groups[0]?.TargetGroupArn }],
    })
  await clock.advance(0)
  assert.deepEqual(
    served().map(({ port, routes }) => [port, routes[0]?.sources]),
    [
      [80, ['127.0.5.0/24']],
      [81, []],
    ],
  )
})

test('aws traffic: the groups of the nodes decide too, for those whom they see', async (t) => {
  const { clock, cloud, served } = bed(t)
  const { group } = await networkBalancer(cloud)
  const sources = async () => {
    await clock.advance(0)
    return served()[0]?.routes[0]?.sources
  }
  const allow = (port: number, cidr: string) =>
    cloud.call('ec2', 'AuthorizeSecurityGroupIngress', {
      GroupId: 'sg-0node',
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: cidr }] }],
    })
  const keepClients = (value: boolean) =>
    ask(cloud, 'ModifyTargetGroupAttributes', {
      TargetGroupArn: group,
      Attributes: [{ Key: 'preserve_client_ip.enabled', Value: String(value) }],
    })
  assert.deepEqual(await sources(), [])
  await allow(30_081, '127.0.6.0/24')
  assert.deepEqual(await sources(), [], 'of another port')
  await allow(30_080, '127.0.5.0/24')
  assert.deepEqual(await sources(), ['127.0.5.0/24'])
  await keepClients(false)
  assert.deepEqual(await sources(), [], 'it is the load balancer that they see')
  await allow(30_080, '10.0.0.0/16')
  assert.equal(await sources(), undefined)
})
