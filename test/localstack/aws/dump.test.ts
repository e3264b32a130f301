import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createCloud } from '../../../localstack/aws/cloud.ts'
import type { Cloud } from '../../../localstack/aws/cloud.ts'
import { stableText } from '../../../src/lib/json.ts'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { subnet } from './rig.ts'

type Made = Record<string, Record<string, string>[]>

/** A service's worth of objects; the order of the creates is the caller's. */
async function build(cloud: Cloud, clock: VirtualClock, names: readonly string[]): Promise<void> {
  cloud.addInstance({ id: 'i-0a' })
  for (const name of names) {
    await clock.advance(1_000)
    const { GroupId } = (await cloud.call('ec2', 'CreateSecurityGroup', {
      GroupName: name,
      Description: 'front',
      VpcId: 'vpc-0a1',
    })) as { GroupId: string }
    const balancers = (await cloud.call('elbv2', 'CreateLoadBalancer', {
      Name: name,
      Type: 'network',
      Subnets: [subnet('a', 'pub'), subnet('b', 'pub')],
      SecurityGroups: [GroupId],
    })) as Made
    const groups = (await cloud.call('elbv2', 'CreateTargetGroup', {
      Name: name,
      Protocol: 'TCP',
      Port: 30080,
      VpcId: 'vpc-0a1',
    })) as Made
    const LoadBalancerArn = balancers['LoadBalancers']?.[0]?.['LoadBalancerArn']
    const TargetGroupArn = groups['TargetGroups']?.[0]?.['TargetGroupArn']
    await cloud.call('elbv2', 'CreateListener', {
      LoadBalancerArn,
      Protocol: 'TCP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    })
    await cloud.call('elbv2', 'RegisterTargets', { TargetGroupArn, Targets: [{ Id: 'i-0a' }] })
    await cloud.call('ec2', 'AuthorizeSecurityGroupIngress', {
      GroupId: 'sg-0node',
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 30080,
          ToPort: 30080,
          UserIdGroupPairs: [{ GroupId, Description: `from ${GroupId}` }],
        },
      ],
    })
  }
}

async function dumpOf(names: readonly string[]): Promise<Cloud> {
  const clock = new VirtualClock()
  const cloud = createCloud({ clock })
  await build(cloud, clock, names)
  return cloud
}

suite('aws: dump', () => {
  test('is equal for equal worlds, whatever the order and the ids', async () => {
    const one = await dumpOf(['web', 'api'])
    const two = await dumpOf(['api', 'web'])
    assert.equal(JSON.stringify(one.dump()), JSON.stringify(two.dump()))
    assert.doesNotMatch(JSON.stringify(one.dump()), /sg-0[0-9a-f]{16}|\/[0-9a-f]{16}/)
  })

  test('differs when any object differs', async () => {
    const base = stableText((await dumpOf(['web'])).dump())
    const changes: ((cloud: Cloud) => Promise<unknown> | void)[] = [
      (cloud) => cloud.removeInstance('i-0a'),
      (cloud) =>
        cloud.call('ec2', 'CreateTags', { Resources: ['sg-0node'], Tags: [{ Key: 'a', Value: 'b' }] }),
      (cloud) =>
        cloud.call('elbv2', 'ModifyLoadBalancerAttributes', {
          LoadBalancerArn: cloud.world.loadBalancers.list()[0]?.arn,
          Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }],
        }),
      (cloud) => cloud.call('elbv2', 'DeleteListener', { ListenerArn: cloud.world.listeners.list()[0]?.arn }),
    ]
    for (const change of changes) {
      const cloud = await dumpOf(['web'])
      await change(cloud)
      assert.notEqual(stableText(cloud.dump()), base)
    }
  })
})
