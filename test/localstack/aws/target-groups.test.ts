import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { forward, refusal, startRig } from './rig.ts'

suite('aws: rows of target groups', () => {
  test('CreateTargetGroup same name', async (t) => {
    const { elb, group } = await startRig(t)
    const first = await group('web-80')
    assert.equal(await group('web-80'), first)
    const other = { Name: 'web-80', Protocol: 'TCP', Port: 30081, VpcId: 'vpc-0a1' } as const
    assert.equal(await refusal(elb.createTargetGroup(other)), 'DuplicateTargetGroupName')
  })

  test('CreateTargetGroup QUIC', async (t) => {
    const { elb } = await startRig(t)
    for (const Protocol of ['QUIC', 'TCP_QUIC'] as const) {
      const Name = Protocol.replace('_', '-')
      const { TargetGroups } = await elb.createTargetGroup({ Name, Protocol, Port: 443, VpcId: 'vpc-0a1' })
      assert.equal(TargetGroups?.[0]?.Protocol, Protocol)
    }
  })

  test('ModifyTargetGroupAttributes bogus key', async (t) => {
    const { elb, group } = await startRig(t)
    const read = async (TargetGroupArn: string) => {
      const { Attributes } = await elb.describeTargetGroupAttributes({ TargetGroupArn })
      return Object.fromEntries(Attributes?.map(({ Key, Value }) => [Key, Value]) ?? [])
    }
    const modify = (TargetGroupArn: string, Key: string, Value: string) =>
      refusal(elb.modifyTargetGroupAttributes({ TargetGroupArn, Attributes: [{ Key, Value }] }))
    const tcp = await group('tcp')
    const udp = await group('udp', 'UDP')
    assert.deepEqual(await read(tcp), {
      'deregistration_delay.connection_termination.enabled': 'false',
      'deregistration_delay.timeout_seconds': '300',
      'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
      'preserve_client_ip.enabled': 'true',
      'proxy_protocol_v2.enabled': 'false',
      'stickiness.enabled': 'false',
      'stickiness.type': 'source_ip',
      'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
      'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
      'target_health_state.unhealthy.connection_termination.enabled': 'true',
      'target_health_state.unhealthy.draining_interval_seconds': '0',
    })
    assert.equal(await modify(tcp, 'bogus.key', 'true'), 'ValidationError')
    assert.equal(await modify(tcp, 'deregistration_delay.timeout_seconds', '3601'), 'ValidationError')
    assert.equal(await modify(tcp, 'preserve_client_ip.enabled', 'maybe'), 'ValidationError')
    assert.equal(await modify(udp, 'preserve_client_ip.enabled', 'false'), 'InvalidConfigurationRequest')
    assert.equal(await modify(tcp, 'preserve_client_ip.enabled', 'false'), 'ok')
    assert.equal((await read(tcp))['preserve_client_ip.enabled'], 'false')
  })

  test('ModifyTargetGroup Matcher on non-HTTP TG', async (t) => {
    const { elb, group } = await startRig(t)
    const TargetGroupArn = await group()
    const Matcher = { HttpCode: '200-299' }
    assert.equal(
      await refusal(elb.modifyTargetGroup({ TargetGroupArn, Matcher })),
      'InvalidConfigurationRequest',
      'a TCP health check has no matcher',
    )
    await elb.modifyTargetGroup({ TargetGroupArn, HealthCheckProtocol: 'HTTP', Matcher })
    const { TargetGroups } = await elb.describeTargetGroups({ TargetGroupArns: [TargetGroupArn] })
    assert.deepEqual(TargetGroups?.[0]?.Matcher, Matcher)
    assert.equal(TargetGroups?.[0]?.HealthCheckPath, '/')
  })

  test('TG LoadBalancerArns after LB deletion, repeats', async (t) => {
    const { elb, balancer, group, listener } = await startRig(t)
    const arn = await balancer()
    const groupArn = await group()
    await listener(arn, groupArn, 80)
    await listener(arn, groupArn, 81)
    const users = async () =>
      (await elb.describeTargetGroups({ Names: ['web-80'] })).TargetGroups?.[0]?.LoadBalancerArns
    assert.deepEqual(await users(), [arn])
    await elb.deleteLoadBalancer({ LoadBalancerArn: arn })
    assert.deepEqual(await users(), [])
  })

  test('DeleteTargetGroup missing', async (t) => {
    const { elb, balancer, group, listener } = await startRig(t)
    const TargetGroupArn = await group()
    const arn = await balancer()
    await listener(arn, TargetGroupArn)
    assert.equal(await refusal(elb.deleteTargetGroup({ TargetGroupArn })), 'ResourceInUse')
    await elb.deleteLoadBalancer({ LoadBalancerArn: arn })
    await elb.deleteTargetGroup({ TargetGroupArn })
    assert.equal(await refusal(elb.deleteTargetGroup({ TargetGroupArn })), 'ok')
  })

  test('DescribeTags of missing ARN / 21 ARNs', async (t) => {
    const { elb, balancer, group } = await startRig(t)
    const arn = await balancer('web', { Tags: [{ Key: 'owner', Value: 'team/a=b @ c' }] })
    const groupArn = await group()
    const { TagDescriptions } = await elb.describeTags({ ResourceArns: [arn, groupArn] })
    assert.deepEqual(TagDescriptions, [
      { ResourceArn: arn, Tags: [{ Key: 'owner', Value: 'team/a=b @ c' }] },
      { ResourceArn: groupArn, Tags: [] },
    ])
    const read = (ResourceArns: string[]) => refusal(elb.describeTags({ ResourceArns }))
    assert.equal(await read([arn, `${arn}0`]), 'LoadBalancerNotFound')
    assert.equal(await read([`${groupArn}0`]), 'TargetGroupNotFound')
    assert.equal(await read(Array.from({ length: 21 }, () => arn)), 'ValidationError')
  })

  test('health checks: what each range refuses', async (t) => {
    const { elb } = await startRig(t)
    const rows = [
      [{ HealthCheckIntervalSeconds: 4 }, 'ValidationError'],
      [{ HealthCheckIntervalSeconds: 301 }, 'ValidationError'],
      [{ HealthCheckTimeoutSeconds: 1 }, 'ValidationError'],
      [{ HealthCheckTimeoutSeconds: 31 }, 'ValidationError'],
      [{ HealthyThresholdCount: 11 }, 'ValidationError'],
      [{ HealthCheckProtocol: 'TLS' }, 'ValidationError'],
      [{ HealthCheckPath: '/' }, 'InvalidConfigurationRequest'],
      [{ HealthCheckProtocol: 'HTTP', HealthCheckPath: 'x' }, 'ValidationError'],
      [{ HealthCheckProtocol: 'HTTP', Matcher: { HttpCode: '200-700' } }, 'ValidationError'],
      [{ HealthCheckPort: '0' }, 'ValidationError'],
      [{ HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 10 }, 'ok'],
    ] as const
    const base = { Name: 'web', Protocol: 'TCP', Port: 80, VpcId: 'vpc-0a1' } as const
    for (const [input, code] of rows)
      assert.equal(await refusal(elb.createTargetGroup({ ...base, ...input })), code, JSON.stringify(input))
  })
})

suite('aws: rows of targets', () => {
  test('RegisterTargets same id, two ports', async (t) => {
    const { cloud, elb, group } = await startRig(t)
    cloud.addInstance({ id: 'i-0a' })
    const TargetGroupArn = await group()
    const Targets = [{ Id: 'i-0a', Port: 30080 }, { Id: 'i-0a', Port: 30081 }, { Id: 'i-0a' }]
    await elb.registerTargets({ TargetGroupArn, Targets })
    const { TargetHealthDescriptions } = await elb.describeTargetHealth({ TargetGroupArn })
    assert.deepEqual(
      TargetHealthDescriptions?.map(({ Target }) => Target?.Port),
      [30080, 30081],
    )
  })

  test('RegisterTargets unknown instance / malformed IP', async (t) => {
    const { cloud, elb, group } = await startRig(t)
    cloud.addInstance({ id: 'i-0stopped', state: 'stopped' })
    const instances = await group()
    const created = await elb.createTargetGroup({
      Name: 'ips',
      Protocol: 'TCP',
      Port: 8080,
      VpcId: 'vpc-0a1',
      TargetType: 'ip',
    })
    const ips = created.TargetGroups?.[0]?.TargetGroupArn ?? ''
    const register = (TargetGroupArn: string, target: { Id: string; AvailabilityZone?: string }) =>
      refusal(elb.registerTargets({ TargetGroupArn, Targets: [target] }))
    assert.equal(await register(instances, { Id: 'i-0nowhere' }), 'InvalidTarget')
    assert.equal(await register(instances, { Id: 'i-0stopped' }), 'InvalidTarget')
    assert.equal(await register(instances, { Id: '10.0.1.1' }), 'InvalidTarget')
    assert.equal(await register(ips, { Id: '10.0.1.256' }), 'InvalidTarget')
    assert.equal(await register(ips, { Id: '8.8.8.8', AvailabilityZone: 'all' }), 'InvalidTarget')
    assert.equal(await register(ips, { Id: '192.168.0.9' }), 'InvalidTarget')
    assert.equal(await register(ips, { Id: '192.168.0.9', AvailabilityZone: 'all' }), 'ok')
    assert.equal(await register(ips, { Id: '10.0.1.7' }), 'ok')
  })

  test('Deregister unknown', async (t) => {
    const { elb, group } = await startRig(t)
    const TargetGroupArn = await group()
    assert.equal(await refusal(elb.deregisterTargets({ TargetGroupArn, Targets: [{ Id: 'i-0x' }] })), 'ok')
  })

  test('Health of an address: its zone, and as many checks as the group asks', async (t) => {
    const { cloud, clock, elb, balancer, listener } = await startRig(t)
    cloud.switches.healthByChecks = true
    const created = await elb.createTargetGroup({
      Name: 'ips',
      Protocol: 'TCP',
      Port: 8080,
      VpcId: 'vpc-0a1',
      TargetType: 'ip',
      HealthCheckIntervalSeconds: 10,
      HealthyThresholdCount: 3,
    })
    const TargetGroupArn = created.TargetGroups?.[0]?.TargetGroupArn ?? ''
    await listener(await balancer(), TargetGroupArn)
    const Targets = [{ Id: '10.0.10.7' }, { Id: '10.0.12.7' }, { Id: '192.168.0.9', AvailabilityZone: 'all' }]
    await elb.registerTargets({ TargetGroupArn, Targets })
    const health = async () =>
      (await elb.describeTargetHealth({ TargetGroupArn })).TargetHealthDescriptions?.map(
        ({ Target, TargetHealth }) => `${Target?.Id} ${TargetHealth?.State}`,
      )
    await clock.advance(29_000)
    assert.deepEqual(await health(), ['10.0.10.7 initial', '10.0.12.7 unused', '192.168.0.9 initial'])
    await clock.advance(1_000)
    assert.deepEqual(await health(), ['10.0.10.7 healthy', '10.0.12.7 unused', '192.168.0.9 healthy'])
  })

  test('Health after deregister', async (t) => {
    const { cloud, clock, elb, balancer, group, listener } = await startRig(t)
    for (const id of ['i-0a', 'i-0b']) cloud.addInstance({ id })
    const TargetGroupArn = await group()
    const Targets = [{ Id: 'i-0a' }, { Id: 'i-0b' }]
    const health = async () =>
      (await elb.describeTargetHealth({ TargetGroupArn })).TargetHealthDescriptions?.map(
        ({ Target, TargetHealth }) => `${Target?.Id} ${TargetHealth?.State}`,
      )
    await elb.registerTargets({ TargetGroupArn, Targets })
    assert.deepEqual(await health(), ['i-0a unused', 'i-0b unused'])
    await clock.advance(cloud.switches.healthyMs)
    await listener(await balancer(), TargetGroupArn)
    assert.deepEqual(await health(), ['i-0a initial', 'i-0b initial'])
    await clock.advance(cloud.switches.healthyMs)
    cloud.setUnhealthy('i-0b')
    assert.deepEqual(await health(), ['i-0a healthy', 'i-0b unhealthy'])
    await elb.deregisterTargets({ TargetGroupArn, Targets: [{ Id: 'i-0a' }] })
    assert.deepEqual(await health(), ['i-0a draining', 'i-0b unhealthy'])
    await clock.advance(300_000)
    assert.deepEqual(await health(), ['i-0b unhealthy'])
    cloud.removeInstance('i-0b')
    assert.deepEqual(await health(), [])
    cloud.addInstance({ id: 'i-0b' })
    assert.deepEqual(await health(), [], 'an id that comes back is another instance')
  })

  test('targets of a zone the load balancer does not serve are unused, and there is a limit', async (t) => {
    const { cloud, elb, balancer, group, listener } = await startRig(t, {
      limits: { targetsPerTargetGroup: 2 },
    })
    cloud.addInstance({ id: 'i-0c', az: 'c' })
    const TargetGroupArn = await group()
    await listener(await balancer(), TargetGroupArn)
    const register = (...ports: number[]) =>
      refusal(elb.registerTargets({ TargetGroupArn, Targets: ports.map((Port) => ({ Id: 'i-0c', Port })) }))
    assert.equal(await register(1, 2, 3), 'TooManyTargets')
    assert.equal(await register(1, 2), 'ok')
    const { TargetHealthDescriptions } = await elb.describeTargetHealth({ TargetGroupArn })
    assert.equal(TargetHealthDescriptions?.[0]?.TargetHealth?.Reason, 'Target.NotInUse')
  })

  test('every registration counts towards the quotas of the load balancer', async (t) => {
    const limits = { targetsPerLoadBalancer: 4, targetsPerZone: 3 }
    const { cloud, elb, balancer, group, listener } = await startRig(t, { limits })
    cloud.addInstance({ id: 'i-0a', az: 'a' })
    cloud.addInstance({ id: 'i-0b', az: 'b' })
    const arn = await balancer()
    const one = await group('one')
    const two = await group('two')
    await listener(arn, one, 80)
    const register = (TargetGroupArn: string, Id: string, ...ports: number[]) =>
      refusal(elb.registerTargets({ TargetGroupArn, Targets: ports.map((Port) => ({ Id, Port })) }))
    assert.equal(await register(one, 'i-0a', 1, 2, 3, 4), 'TooManyTargets', 'four in zone a')
    assert.equal(await register(one, 'i-0a', 1, 2, 3), 'ok')
    assert.equal(await register(two, 'i-0b', 1, 2), 'ok', 'not in use yet')
    assert.equal(await refusal(listener(arn, two, 81)), 'TooManyTargets', 'five in all')
    await elb.deregisterTargets({ TargetGroupArn: two, Targets: [{ Id: 'i-0b', Port: 2 }] })
    assert.equal(await refusal(listener(arn, two, 81)), 'ok')
  })

  test('a target group serves one load balancer', async (t) => {
    const { elb, balancer, group, listener } = await startRig(t)
    const groupArn = await group()
    await listener(await balancer('one'), groupArn)
    const two = await balancer('two')
    assert.equal(await refusal(listener(two, groupArn)), 'TargetGroupAssociationLimit')
    const missing = { LoadBalancerArn: two, Protocol: 'TCP', Port: 1 } as const
    assert.equal(
      await refusal(elb.createListener({ ...missing, DefaultActions: forward(`${groupArn}0`) })),
      'TargetGroupNotFound',
    )
  })

  test('ModifyListener to a second group with weight 0: its targets are checked from then on', async (t) => {
    const { cloud, clock, elb, balancer, group, listener } = await startRig(t)
    cloud.addInstance({ id: 'i-1', az: 'a' })
    const old = await group('old')
    const fresh = await group('fresh')
    const ListenerArn = await listener(await balancer(), old)
    await elb.registerTargets({ TargetGroupArn: fresh, Targets: [{ Id: 'i-1' }] })
    await clock.advance(60_000)
    const state = async () =>
      (await elb.describeTargetHealth({ TargetGroupArn: fresh })).TargetHealthDescriptions?.[0]?.TargetHealth
        ?.State
    assert.equal(await state(), 'unused')
    const TargetGroups = [
      { TargetGroupArn: old, Weight: 1 },
      { TargetGroupArn: fresh, Weight: 0 },
    ]
    await elb.modifyListener({
      ListenerArn,
      DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    })
    assert.equal(await state(), 'initial')
    await clock.advance(3_000)
    assert.equal(await state(), 'healthy')
    await elb.modifyListener({ ListenerArn, DefaultActions: forward(fresh) })
    assert.equal(await state(), 'healthy', 'another weight begins nothing anew')
  })
})
