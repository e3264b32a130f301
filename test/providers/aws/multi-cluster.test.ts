/** A target group into which another cluster puts targets too. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awsBed } from './subject.ts'

const annotations = {
  'service.beta.kubernetes.io/aws-load-balancer-multi-cluster-target-group': 'true',
  'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb',
}

async function shared() {
  const made = awsBed({ nodes: 4 })
  const { bed, cloud } = made
  bed.start()
  bed.apply('web', {}, annotations)
  await bed.until('ready', () => bed.condition('web')?.status === 'True')
  // As the other cluster does, which is told the ARN.
  const [{ arn } = { arn: '' }] = cloud.world.targetGroups.list()
  cloud.addInstance({ id: 'i-0other', az: 'a' })
  cloud.byHand('elbv2', 'RegisterTargets', { TargetGroupArn: arn, Targets: [{ Id: 'i-0other' }] })
  const targets = async () => {
    const { TargetHealthDescriptions } = (await cloud.call('elbv2', 'DescribeTargetHealth', {
      TargetGroupArn: arn,
    })) as { TargetHealthDescriptions: { Target: { Id: string }; TargetHealth: { State: string } }[] }
    return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth.State !== 'draining')
      .map(({ Target }) => Target.Id)
      .toSorted()
  }
  const leaves = (n: number) => bed.cluster.delete('nodes', { name: `node-${n}` })
  return { ...made, targets, leaves, ids: [1, 2, 3, 4].map((n) => `i-${n.toString(16).padStart(17, '0')}`) }
}

test('ours go with our nodes, those of the other cluster stay', async () => {
  const { bed, targets, leaves, ids } = await shared()
  // A look at the cloud shows the other one's beside ours.
  await bed.pass(3_700_000)
  assert.deepEqual(await targets(), [...ids, 'i-0other'])
  leaves(4)
  await bed.pass(30_000)
  assert.deepEqual(await targets(), [...ids.slice(0, 3), 'i-0other'])
  bed.kill()
  bed.start()
  await bed.pass(3_700_000)
  leaves(3)
  await bed.pass(30_000)
  assert.deepEqual(await targets(), [...ids.slice(0, 2), 'i-0other'])
})

test('a target of which nobody saw that it was ours stays', async () => {
  const { bed, targets, leaves, ids } = await shared()
  bed.kill()
  leaves(4)
  bed.start()
  await bed.pass(3_700_000)
  assert.deepEqual(await targets(), [...ids, 'i-0other'])
})

test('with its Service the target group goes, whoever is in it', async () => {
  const { bed, cloud } = await shared()
  bed.delete('web')
  await bed.until('gone', () => bed.service('web') === undefined)
  assert.deepEqual(cloud.world.targetGroups.list(), [])
})
