import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { CreateLoadBalancerInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Subnet } from '../../../localstack/aws/state/records.ts'
import { refusal, startRig, subnet } from './rig.ts'

const inZoneB = (mapping: object) => ({ SubnetMappings: [{ SubnetId: subnet('b'), ...mapping }] })

suite('aws: rows of load balancers', () => {
  test('ARNs', async (t) => {
    const { balancer, group, listener } = await startRig(t)
    const arn = await balancer('web')
    assert.match(
      arn,
      /^arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer\/net\/web\/[0-9a-f]{16}$/,
    )
    assert.match(await listener(arn, await group()), /:listener\/net\/web\/[0-9a-f]{16}\/[0-9a-f]{16}$/)
  })

  test('CreateLoadBalancer same name', async (t) => {
    const { balancer } = await startRig(t)
    const first = await balancer('web')
    assert.equal(await balancer('web'), first)
    assert.equal(await refusal(balancer('web', { Scheme: 'internet-facing' })), 'DuplicateLoadBalancerName')
    assert.equal(await refusal(balancer('web', { Subnets: [subnet('b')] })), 'DuplicateLoadBalancerName')
  })

  test('CreateLoadBalancer SubnetMappings EIP, PrivateIPv4Address, IPv6Address', async (t) => {
    const { ec2, elb, balancer } = await startRig(t)
    const { AllocationId, PublicIp } = await ec2.allocateAddress({ Domain: 'vpc' })
    const open = { Scheme: 'internet-facing' as const }
    const mapping = { SubnetId: subnet('a', 'pub'), AllocationId }
    const arn = await balancer('open', { ...open, SubnetMappings: [mapping] })
    const { LoadBalancers } = await elb.describeLoadBalancers({ LoadBalancerArns: [arn] })
    assert.deepEqual(LoadBalancers?.[0]?.AvailabilityZones, [
      {
        ZoneName: 'us-east-1a',
        SubnetId: mapping.SubnetId,
        LoadBalancerAddresses: [{ AllocationId, IpAddress: PublicIp }],
      },
    ])
    const { Addresses } = await ec2.describeAddresses({ AllocationIds: [AllocationId ?? ''] })
    assert.match(Addresses?.[0]?.AssociationId ?? '', /^eipassoc-/)

    const inner = { SubnetId: subnet('a'), PrivateIPv4Address: '10.0.10.9', IPv6Address: '2600:1f18:a1:a::9' }
    await balancer('inner', { IpAddressType: 'dualstack', SubnetMappings: [inner] })
    const told = await elb.describeLoadBalancers({ Names: ['inner'] })
    assert.deepEqual(told.LoadBalancers?.[0]?.AvailabilityZones?.[0]?.LoadBalancerAddresses, [
      { PrivateIPv4Address: '10.0.10.9', IPv6Address: '2600:1f18:a1:a::9' },
    ])

    const rows = [
      ['EIP in use', { ...open, ...inZoneB({ AllocationId }) }, 'ResourceInUse'],
      ['unknown EIP', { ...open, ...inZoneB({ AllocationId: 'eipalloc-0' }) }, 'AllocationIdNotFound'],
      ['EIP on internal', inZoneB({ AllocationId }), 'InvalidConfigurationRequest'],
      [
        'private on open',
        { ...open, ...inZoneB({ PrivateIPv4Address: '10.0.11.9' }) },
        'InvalidConfigurationRequest',
      ],
      [
        'private of other subnet',
        inZoneB({ PrivateIPv4Address: '10.0.10.8' }),
        'InvalidConfigurationRequest',
      ],
      ['IPv6 on ipv4', inZoneB({ IPv6Address: '2600:1f18:a1:b::9' }), 'InvalidConfigurationRequest'],
    ] as const
    for (const [name, input, code] of rows) assert.equal(await refusal(balancer('more', input)), code, name)
  })

  test('CreateLoadBalancer unknown SG, 2 subnets in one AZ, 40-char name, no Scheme', async (t) => {
    const { elb, balancer } = await startRig(t)
    const rows: [string, Partial<CreateLoadBalancerInput>, string][] = [
      ['web', { SecurityGroups: ['sg-0nowhere'] }, 'InvalidSecurityGroup'],
      ['web', { Subnets: [subnet('a'), subnet('a', 'pub')] }, 'InvalidConfigurationRequest'],
      ['web', { Subnets: ['subnet-0nowhere'] }, 'SubnetNotFound'],
      ['w'.repeat(40), {}, 'ValidationError'],
      ['-web', {}, 'ValidationError'],
      ['internal-web', {}, 'ValidationError'],
      ['we_b', {}, 'ValidationError'],
    ]
    for (const [name, input, code] of rows) assert.equal(await refusal(balancer(name, input)), code, name)
    const { LoadBalancers } = await elb.createLoadBalancer({
      Name: 'web',
      Type: 'network',
      Subnets: [subnet('a', 'pub')],
    })
    assert.equal(LoadBalancers?.[0]?.Scheme, 'internet-facing')
    assert.ok(LoadBalancers?.[0]?.CreatedTime instanceof Date)
  })

  test('DescribeLoadBalancers [have, missing]', async (t) => {
    const { elb, balancer } = await startRig(t)
    const arn = await balancer('web')
    const read = (input: object) => refusal(elb.describeLoadBalancers(input))
    assert.equal(await read({ LoadBalancerArns: [arn, `${arn}0`] }), 'LoadBalancerNotFound')
    assert.equal(await read({ Names: ['web', 'other'] }), 'LoadBalancerNotFound')
    assert.equal(await read({ Names: ['web'] }), 'ok')
    assert.equal(await read({ LoadBalancerArns: Array.from({ length: 21 }, () => arn) }), 'ValidationError')
  })

  test('SetSubnets one AZ', async (t) => {
    const { ec2, elb, balancer } = await startRig(t)
    const { AllocationId } = await ec2.allocateAddress({ Domain: 'vpc' })
    const kept = { SubnetId: subnet('a', 'pub'), AllocationId }
    const arn = await balancer('web', { Scheme: 'internet-facing', SubnetMappings: [kept] })
    const set = (...SubnetMappings: object[]) => elb.setSubnets({ LoadBalancerArn: arn, SubnetMappings })
    const grown = await set(kept, { SubnetId: subnet('b', 'pub') })
    assert.deepEqual(
      grown.AvailabilityZones?.map((zone) => zone.LoadBalancerAddresses?.[0]?.AllocationId),
      [AllocationId, undefined],
    )
    assert.equal((await set(kept)).AvailabilityZones?.length, 1)
    assert.equal(await refusal(set({ SubnetId: subnet('a') })), 'InvalidConfigurationRequest')
  })

  test('SetSecurityGroups on an NLB created without', async (t) => {
    const { elb, balancer } = await startRig(t)
    const without = await balancer('without')
    const having = await balancer('having', { SecurityGroups: ['sg-0default'] })
    const set = (arn: string, ...SecurityGroups: string[]) =>
      elb.setSecurityGroups({ LoadBalancerArn: arn, SecurityGroups })
    assert.equal(await refusal(set(without, 'sg-0node')), 'InvalidConfigurationRequest')
    assert.deepEqual((await set(having, 'sg-0node')).SecurityGroupIds, ['sg-0node'])
    assert.equal(await refusal(set(having, 'sg-0nowhere')), 'InvalidSecurityGroup')
  })

  test('DeleteLoadBalancer with deletion protection', async (t) => {
    const { elb, balancer } = await startRig(t)
    const LoadBalancerArn = await balancer('web')
    const protect = (Value: string) =>
      elb.modifyLoadBalancerAttributes({
        LoadBalancerArn,
        Attributes: [{ Key: 'deletion_protection.enabled', Value }],
      })
    await protect('true')
    assert.equal(await refusal(elb.deleteLoadBalancer({ LoadBalancerArn })), 'OperationNotPermitted')
    await protect('false')
    await elb.deleteLoadBalancer({ LoadBalancerArn })
    assert.equal(await refusal(elb.deleteLoadBalancer({ LoadBalancerArn })), 'ok')
  })

  test('LB / listener limits', async (t) => {
    const limits = { networkLoadBalancers: 2, listenersPerLoadBalancer: 2 }
    const { elb, balancer, group, listener } = await startRig(t, { limits })
    const arn = await balancer('web-1')
    await balancer('web-2')
    assert.equal(await refusal(balancer('web-3')), 'TooManyLoadBalancers')
    const groupArn = await group()
    await listener(arn, groupArn, 80)
    await listener(arn, groupArn, 81)
    assert.equal(await refusal(listener(arn, groupArn, 82)), 'TooManyListeners')
    const { Limits } = await elb.describeAccountLimits({})
    assert.equal(Limits?.find((limit) => limit.Name === 'network-load-balancers')?.Max, '2')
  })

  test('NLB ENIs ("ELB net/…")', async (t) => {
    const { cloud, clock, ec2, elb, balancer } = await startRig(t)
    const arn = await balancer('web', {
      Subnets: [subnet('a'), subnet('b')],
      SecurityGroups: ['sg-0default'],
    })
    const Description = `ELB net/web/${arn.slice(-16)}`
    const read = () =>
      ec2.describeNetworkInterfaces({ Filters: [{ Name: 'description', Values: [Description] }] })
    const shown = (await read()).NetworkInterfaces ?? []
    assert.deepEqual(
      shown.map((item) => [item.SubnetId, item.InterfaceType, item.Groups?.[0]?.GroupId, item.RequesterId]),
      ['a', 'b'].map((zone) => [
        `subnet-0priv0${zone}`,
        'network_load_balancer',
        'sg-0default',
        'amazon-elb',
      ]),
    )
    await elb.deleteLoadBalancer({ LoadBalancerArn: arn })
    assert.equal((await read()).NetworkInterfaces?.length, 2)
    await clock.advance(cloud.switches.eniLingerMs)
    assert.equal((await read()).NetworkInterfaces?.length, 0)
  })

  test('state is provisioning first, then active; the attributes are those of an NLB', async (t) => {
    const { cloud, clock, elb, balancer } = await startRig(t)
    const LoadBalancerArn = await balancer('web')
    const state = async () =>
      (await elb.describeLoadBalancers({ LoadBalancerArns: [LoadBalancerArn] })).LoadBalancers?.[0]?.State
        ?.Code
    assert.equal(await state(), 'provisioning')
    await clock.advance(cloud.switches.provisioningMs)
    assert.equal(await state(), 'active')
    const { Attributes } = await elb.describeLoadBalancerAttributes({ LoadBalancerArn })
    const values = new Map(Attributes?.map(({ Key, Value }) => [Key, Value]))
    assert.equal(values.get('dns_record.client_routing_policy'), 'any_availability_zone')
    assert.equal(values.get('load_balancing.cross_zone.enabled'), 'false')
    assert.equal(values.get('access_logs.s3.bucket'), '')
  })

  test('capacity is reserved, told for each zone, and reset', async (t) => {
    const { elb, balancer } = await startRig(t)
    const LoadBalancerArn = await balancer('web', { Subnets: [subnet('a'), subnet('b')] })
    const MinimumLoadBalancerCapacity = { CapacityUnits: 5500 }
    await elb.modifyCapacityReservation({ LoadBalancerArn, MinimumLoadBalancerCapacity })
    const told = await elb.describeCapacityReservation({ LoadBalancerArn })
    assert.deepEqual(told.MinimumLoadBalancerCapacity, MinimumLoadBalancerCapacity)
    assert.equal(told.CapacityReservationState?.[1]?.EffectiveCapacityUnits, 2750)
    const neither = elb.modifyCapacityReservation({ LoadBalancerArn })
    assert.equal(await refusal(neither), 'ValidationError')
    await elb.modifyCapacityReservation({ LoadBalancerArn, ResetCapacityReservation: true })
    const reset = await elb.describeCapacityReservation({ LoadBalancerArn })
    assert.equal(reset.MinimumLoadBalancerCapacity, undefined)
  })

  test('SetIpAddressType there and back', async (t) => {
    const { cloud, elb, balancer } = await startRig(t)
    const LoadBalancerArn = await balancer()
    const set = (IpAddressType: 'ipv4' | 'dualstack') =>
      refusal(elb.setIpAddressType({ LoadBalancerArn, IpAddressType }))
    assert.equal(await set('dualstack'), 'ok')
    const v6 = { Name: 'six', Protocol: 'TCP', Port: 80, VpcId: 'vpc-0a1', IpAddressType: 'ipv6' } as const
    const made = await elb.createTargetGroup({ ...v6, TargetType: 'ip' })
    const TargetGroupArn = made.TargetGroups?.[0]?.TargetGroupArn ?? ''
    const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }]
    await elb.createListener({ LoadBalancerArn, Protocol: 'TCP', Port: 80, DefaultActions })
    assert.equal(await set('ipv4'), 'InvalidConfigurationRequest')
    const bare = { ...cloud.world.subnets.get(subnet('b')), id: 'subnet-0bare' }
    const { ipv6Cidr: _, ...rest } = bare as Subnet
    cloud.world.subnets.put('subnet-0bare', rest)
    const call = elb.setSubnets({ LoadBalancerArn, Subnets: [subnet('a'), 'subnet-0bare'] })
    assert.equal(await refusal(call), 'InvalidConfigurationRequest', 'no IPv6 in one subnet')
  })
})
