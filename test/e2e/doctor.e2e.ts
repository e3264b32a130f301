import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStage } from '../../localstack/stage.ts'

/** Region and cluster as the stage's controller gets them. */
const setting = {
  LB_CONTROLLER_PROVIDER: 'aws',
  LB_CONTROLLER_AWS_REGION: 'us-east-1',
  LB_CONTROLLER_CLUSTER_NAME: 'demo',
}

test('doctor says what is there, and what is not', async () => {
  const stage = await openStage({ env: setting })
  try {
    for (let n = 1; n <= 3; n++) stage.addNode(n)
    const well = await stage.command(['doctor'])
    assert.equal(well.code, 0, well.out + well.err)
    assert.match(well.out, /no controller ever led here/)
    assert.match(well.out, /subnet-0pub0a/)

    stage.cluster.mishaps.deny = [{ verb: 'patch', resource: 'services', subresource: 'status' }]
    stage.cloud.deny('ec2:AuthorizeSecurityGroupIngress')
    const ill = await stage.command([
      'doctor',
      '--service-account',
      'kube-system/lb-controller',
      '-o',
      'json',
    ])
    assert.equal(ill.code, 1, ill.out + ill.err)
    const { well: isWell, sections } = JSON.parse(ill.out) as {
      well: boolean
      sections: { checks: { name: string; state: string; said: string }[] }[]
    }
    const errors = sections.flatMap(({ checks }) => checks).filter(({ state }) => state === 'error')
    assert.equal(isWell, false)
    assert.deepEqual(
      errors.map(({ name }) => name),
      ['permissions', 'writing'],
    )
    assert.match(errors[0]?.said ?? '', /service account .* may not: patch services\/status/)
    assert.ok(stage.cloud.log.every((call) => !call.mutating || call.outcome !== 'ok'))
  } finally {
    await stage.close()
  }
})
