import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { openStage } from '../../localstack/stage.ts'

const setting = {
  LB_CONTROLLER_PROVIDER: 'aws',
  LB_CONTROLLER_AWS_REGION: 'us-east-1',
  LB_CONTROLLER_CLUSTER_NAME: 'demo',
}

const service = (name: string, spec = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { type: 'LoadBalancer', ports: [{ name: 'http', port: 80 }], ...spec },
})

test('diff shows what files, drift and a new default would change, and changes nothing', async () => {
  const stage = await openStage({ env: setting })
  const folder = await mkdtemp(join(tmpdir(), 'lb-diff-'))
  try {
    for (let n = 1; n <= 3; n++) stage.addNode(n)
    stage.cluster.state.create('services', service('web'))
    const controller = stage.start()
    const web = () => stage.cluster.state.get('services', { namespace: 'default', name: 'web' })
    for (let tries = 0; web().status?.conditions?.[0]?.status !== 'True'; tries++) {
      assert.ok(tries < 1200, controller.output())
      await sleep(100)
    }
    controller.process.kill('SIGTERM')
    await controller.ended
    const calls = stage.cloud.log.length
    const version = web().metadata.resourceVersion
    const detailed = ['--detailed-exitcode']

    const nothing = await stage.command(['diff', ...detailed])
    assert.equal(nothing.code, 0, nothing.out + nothing.err)
    assert.equal(nothing.out, 'aws: nothing to do; 1 Service is as it should be\n')

    const file = join(folder, 'service.json')
    await writeFile(
      file,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [service('web', { loadBalancerSourceRanges: ['10.0.0.0/8'] }), service('api')],
      }),
    )
    const files = await stage.command(['diff', file, ...detailed])
    assert.equal(files.code, 2, files.out + files.err)
    assert.match(files.out, /default\/api/)
    assert.match(files.out, /10\.0\.0\.0\/8/)
    assert.match(files.out, /0\.0\.0\.0\/0/)

    // Another default of a new version or configuration, before it is deployed.
    const moved = await stage.command(['diff', ...detailed, '-o', 'json'], {
      LB_CONTROLLER_AWS_DEFAULT_SCHEME: 'internal',
    })
    assert.equal(moved.code, 2, moved.out + moved.err)
    const { plans } = JSON.parse(moved.out) as {
      plans: { steps: { action: string; kind: string; key: string }[] }[]
    }
    assert.ok(plans[0]?.steps.some(({ action, kind }) => action === 'create' && kind === 'load-balancer'))

    // Somebody's hand in the cloud.
    const [group] = stage.cloud.world.targetGroups.list()
    stage.cloud.byHand('elbv2', 'ModifyTargetGroup', {
      TargetGroupArn: group?.arn,
      HealthCheckIntervalSeconds: 15,
    })
    const drift = await stage.command(['diff', ...detailed])
    assert.equal(drift.code, 2, drift.out + drift.err)
    assert.match(drift.out, /HealthCheckIntervalSeconds/)

    assert.deepEqual(
      stage.cloud.log.slice(calls).filter((call) => call.mutating),
      [],
    )
    assert.equal(web().metadata.resourceVersion, version)
  } finally {
    await stage.close()
    await rm(folder, { recursive: true, force: true })
  }
})
