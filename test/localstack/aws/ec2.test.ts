import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { EC2, IpPermission } from '@aws-sdk/client-ec2'
import { refusal, startRig, subnet } from './rig.ts'

const node = 'sg-0node'

const tcp = (port: number, peer: Partial<IpPermission>): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  ...peer,
})

const open = (port: number, Description?: string): IpPermission =>
  tcp(port, {
    IpRanges: [{ CidrIp: '0.0.0.0/0', ...(Description === undefined ? {} : { Description }) }],
  })

const allow = (ec2: EC2, ...IpPermissions: IpPermission[]) =>
  ec2.authorizeSecurityGroupIngress({ GroupId: node, IpPermissions })

async function createGroup(ec2: EC2, GroupName: string): Promise<string> {
  const { GroupId } = await ec2.createSecurityGroup({ GroupName, Description: 'x', VpcId: 'vpc-0a1' })
  return GroupId ?? ''
}

suite('aws: differences of EC2', () => {
  test('deleting an SG that another SG references', async (t) => {
    const { ec2 } = await startRig(t)
    const GroupId = await createGroup(ec2, 'front')
    const permission = tcp(80, { UserIdGroupPairs: [{ GroupId }] })
    await allow(ec2, permission)
    assert.equal(await refusal(ec2.deleteSecurityGroup({ GroupId })), 'DependencyViolation')
    await ec2.revokeSecurityGroupIngress({ GroupId: node, IpPermissions: [permission] })
    await ec2.deleteSecurityGroup({ GroupId })
    assert.equal(await refusal(ec2.deleteSecurityGroup({ GroupId })), 'InvalidGroup.NotFound')
  })

  test('deleting an SG that an LB references', async (t) => {
    const { cloud, clock, ec2, elb, balancer } = await startRig(t)
    const GroupId = await createGroup(ec2, 'front')
    const LoadBalancerArn = await balancer('web', { SecurityGroups: [GroupId] })
    const remove = () => refusal(ec2.deleteSecurityGroup({ GroupId }))
    assert.equal(await remove(), 'DependencyViolation')
    await elb.deleteLoadBalancer({ LoadBalancerArn })
    assert.equal(await remove(), 'DependencyViolation', 'its network interfaces linger')
    await clock.advance(cloud.switches.eniLingerMs)
    assert.equal(await remove(), 'ok')
  })

  test('description on a prefix-list entry', async (t) => {
    const { ec2 } = await startRig(t)
    const PrefixListIds = [{ PrefixListId: 'pl-0office', Description: 'the office & more' }]
    await allow(ec2, tcp(443, { PrefixListIds }))
    const { SecurityGroups } = await ec2.describeSecurityGroups({ GroupIds: [node] })
    assert.deepEqual(SecurityGroups?.[0]?.IpPermissions?.[0]?.PrefixListIds, PrefixListIds)
    const unknown = tcp(1, { PrefixListIds: [{ PrefixListId: 'pl-0nowhere' }] })
    assert.equal(await refusal(allow(ec2, unknown)), 'InvalidPrefixListID.NotFound')
  })

  test('10.1.2.3/8 is masked', async (t) => {
    const { ec2 } = await startRig(t)
    const answer = await allow(
      ec2,
      tcp(80, { IpRanges: [{ CidrIp: '10.1.2.3/8' }], Ipv6Ranges: [{ CidrIpv6: '2001:DB8::1/32' }] }),
    )
    assert.deepEqual(
      answer.SecurityGroupRules?.map((rule) => rule.CidrIpv4 ?? rule.CidrIpv6),
      ['10.0.0.0/8', '2001:db8::/32'],
    )
    const twin = tcp(80, { IpRanges: [{ CidrIp: '10.9.9.9/8' }] })
    assert.equal(await refusal(allow(ec2, twin)), 'InvalidPermission.Duplicate')
    const broken = tcp(80, { IpRanges: [{ CidrIp: '10.0.0.0/33' }] })
    assert.equal(await refusal(allow(ec2, broken)), 'InvalidParameterValue')
  })

  test('protocol -1 has From/ToPort -1 among the rules, none among the permissions', async (t) => {
    const { ec2 } = await startRig(t)
    const Filters = [{ Name: 'group-id', Values: [node] }]
    await allow(ec2, { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: node }] })
    const [rule] = (await ec2.describeSecurityGroupRules({ Filters })).SecurityGroupRules ?? []
    assert.deepEqual([rule?.IpProtocol, rule?.FromPort, rule?.ToPort], ['-1', -1, -1])
    const [group] = (await ec2.describeSecurityGroups({ Filters })).SecurityGroups ?? []
    assert.equal(group?.IpPermissions?.[0]?.FromPort, undefined)
  })

  test('CreateSecurityGroup answer has Tags, refuses the name sg-… and a duplicate', async (t) => {
    const { ec2 } = await startRig(t)
    const base = { GroupName: 'front', Description: 'x', VpcId: 'vpc-0a1' }
    const Tags = [{ Key: 'owner', Value: 'demo' }]
    const created = await ec2.createSecurityGroup({
      ...base,
      TagSpecifications: [{ ResourceType: 'security-group', Tags }],
    })
    assert.deepEqual(created.Tags, Tags)
    assert.equal(await refusal(ec2.createSecurityGroup(base)), 'InvalidGroup.Duplicate')
    const bad = { ...base, GroupName: 'sg-front' }
    assert.equal(await refusal(ec2.createSecurityGroup(bad)), 'InvalidParameterValue')
    const { SecurityGroups } = await ec2.describeSecurityGroups({
      Filters: [{ Name: 'tag:owner', Values: ['de*'] }],
    })
    assert.deepEqual(
      SecurityGroups?.map((group) => group.GroupName),
      ['front'],
    )
  })

  test('MaxResults and NextToken', async (t) => {
    const { ec2 } = await startRig(t)
    const first = await ec2.describeSubnets({ MaxResults: 5 })
    const rest = await ec2.describeSubnets({ MaxResults: 5, NextToken: first.NextToken ?? '' })
    assert.deepEqual([first.Subnets?.length, rest.Subnets?.length, rest.NextToken], [5, 1, undefined])
    assert.equal(await refusal(ec2.describeSubnets({ MaxResults: 4 })), 'InvalidParameterValue')
    const both = { MaxResults: 5, SubnetIds: [subnet('a')] }
    assert.equal(await refusal(ec2.describeSubnets(both)), 'InvalidParameterCombination')
  })

  test('IPv6 state of a subnet', async (t) => {
    const { ec2 } = await startRig(t)
    const { Subnets } = await ec2.describeSubnets({ SubnetIds: [subnet('a')] })
    assert.deepEqual(Subnets?.[0]?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlockState, {
      State: 'associated',
    })
    assert.equal(Subnets?.[0]?.AvailableIpAddressCount, 251)
    assert.equal(await refusal(ec2.describeSubnets({ SubnetIds: ['subnet-0x'] })), 'InvalidSubnetID.NotFound')
  })
})

suite('aws: rules of security groups', () => {
  test('one twin refuses the whole call, whatever its description', async (t) => {
    const { ec2 } = await startRig(t)
    await allow(ec2, open(80, 'one'))
    assert.equal(await refusal(allow(ec2, open(81), open(80, 'two'))), 'InvalidPermission.Duplicate')
    assert.equal(await refusal(allow(ec2, open(82), open(82, 'two'))), 'InvalidParameterValue')
    const { SecurityGroupRules } = await ec2.describeSecurityGroupRules({
      Filters: [{ Name: 'group-id', Values: [node] }],
    })
    assert.equal(SecurityGroupRules?.length, 1)
    assert.equal(await refusal(allow(ec2, open(90, 'naïve'))), 'InvalidParameterValue')
  })

  test('a rule can be tagged at birth, described anew, changed and revoked by id', async (t) => {
    const { ec2 } = await startRig(t)
    const Tags = [{ Key: 'service', Value: 'web' }]
    const { SecurityGroupRules } = await ec2.authorizeSecurityGroupIngress({
      GroupId: node,
      IpPermissions: [open(80, 'old')],
      TagSpecifications: [{ ResourceType: 'security-group-rule', Tags }],
    })
    const id = SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? ''
    assert.match(id, /^sgr-0[0-9a-f]{16}$/)
    const read = async () => {
      const shown = await ec2.describeSecurityGroupRules({
        Filters: [{ Name: 'tag:service', Values: ['web'] }],
      })
      return shown.SecurityGroupRules?.map((rule) => [rule.FromPort, rule.CidrIpv4, rule.Description])
    }
    await ec2.updateSecurityGroupRuleDescriptionsIngress({ GroupId: node, IpPermissions: [open(80, 'new')] })
    assert.deepEqual(await read(), [[80, '0.0.0.0/0', 'new']])
    const SecurityGroupRule = { IpProtocol: 'tcp', FromPort: 81, ToPort: 81, CidrIpv4: '10.0.0.0/8' }
    await ec2.modifySecurityGroupRules({
      GroupId: node,
      SecurityGroupRules: [{ SecurityGroupRuleId: id, SecurityGroupRule }],
    })
    assert.deepEqual(await read(), [[81, '10.0.0.0/8', undefined]])
    await ec2.createTags({ Resources: [id], Tags: [{ Key: 'service', Value: 'api' }] })
    assert.deepEqual(await read(), [])
    const revoke = () =>
      ec2.revokeSecurityGroupIngress({ GroupId: node, SecurityGroupRuleIds: [id] }) as Promise<object>
    await revoke()
    assert.equal(await refusal(revoke()), 'InvalidSecurityGroupRuleId.NotFound')
    const gone = { GroupId: node, IpPermissions: [open(80)] }
    assert.equal(await refusal(ec2.revokeSecurityGroupIngress(gone)), 'InvalidPermission.NotFound')
  })

  test('the limit counts IPv4 and IPv6 apart, groups in both', async (t) => {
    const { ec2 } = await startRig(t, { limits: { rulesPerSecurityGroup: 2 } })
    const v6 = (port: number) => tcp(port, { Ipv6Ranges: [{ CidrIpv6: '::/0' }] })
    await allow(ec2, open(80), open(81), v6(80))
    assert.equal(await refusal(allow(ec2, open(82))), 'RulesPerSecurityGroupLimitExceeded')
    const pair = tcp(83, { UserIdGroupPairs: [{ GroupId: node }] })
    assert.equal(await refusal(allow(ec2, pair)), 'RulesPerSecurityGroupLimitExceeded')
    assert.equal(await refusal(allow(ec2, v6(81))), 'ok')
  })

  test('what the model lacks or wants is refused', async (t) => {
    const { cloud } = await startRig(t)
    const call = (action: string, input: object) => refusal(cloud.call('ec2', action, input))
    assert.equal(await call('DeleteTags', {}), 'MissingParameter')
    assert.equal(await call('DescribeVpcs', { Bogus: 1 }), 'UnknownParameter')
    assert.equal(await call('DescribeVpcs', { VpcIds: 'vpc-0a1' }), 'InvalidParameterValue')
    assert.equal(await call('Bogus', {}), 'InvalidAction')
    assert.equal(await call('RunInstances', {}), 'InvalidAction', 'a real action that is not served')
    assert.equal(await call('DescribeVpcs', { DryRun: true }), 'DryRunOperation')
    assert.equal(await refusal(cloud.call('elbv2', 'CreateLoadBalancer', {})), 'ValidationError')
  })
})

suite('aws: the world of EC2', () => {
  test('route tables, zones, instances and their interfaces', async (t) => {
    const { cloud, ec2 } = await startRig(t)
    cloud.addInstance({ id: 'i-0a', az: 'b' })
    const { RouteTables } = await ec2.describeRouteTables({
      Filters: [{ Name: 'association.subnet-id', Values: [subnet('a', 'pub')] }],
    })
    assert.deepEqual(
      RouteTables?.[0]?.Routes?.map((route) => route.GatewayId),
      ['local', 'igw-0a1'],
    )
    const { AvailabilityZones } = await ec2.describeAvailabilityZones({})
    assert.deepEqual(
      AvailabilityZones?.map((zone) => zone.ZoneId),
      ['use1-az1', 'use1-az2', 'use1-az3'],
    )
    const { Reservations } = await ec2.describeInstances({ InstanceIds: ['i-0a'] })
    const instance = Reservations?.[0]?.Instances?.[0]
    assert.equal(instance?.SubnetId, subnet('b'))
    const byName = [{ Name: 'private-dns-name', Values: [instance?.PrivateDnsName ?? ''] }]
    assert.equal((await ec2.describeInstances({ Filters: byName })).Reservations?.length, 1)
    const byOwner = [{ Name: 'attachment.instance-id', Values: ['i-0a'] }]
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({ Filters: byOwner })
    assert.equal(NetworkInterfaces?.[0]?.Groups?.[0]?.GroupId, node)
    cloud.addInstance({ id: 'i-0b', az: 'b' })
    const addresses = cloud.world.instances.list().map((node) => node.privateIp)
    assert.deepEqual(addresses, ['10.0.11.4', '10.0.11.5'])
    const missing = ec2.describeInstances({ InstanceIds: ['i-0x'] })
    assert.equal(await refusal(missing), 'InvalidInstanceID.NotFound')
    const bogus = ec2.describeVpcs({ Filters: [{ Name: 'bogus', Values: ['x'] }] })
    assert.equal(await refusal(bogus), 'InvalidParameterValue')
  })
})
