/** What no Service has any more, with the built program: listed, asked for, refused, removed; the rest serves on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStage, type Stage } from '../../localstack/stage.ts'

const settings = ['--provider', 'aws', '--aws-region', 'us-east-1', '--cluster-name', 'demo']

interface Told {
  readonly kind: string
  readonly id: string
  readonly service: string
  readonly uid: string
  readonly parts?: readonly string[]
}

const isReady = ({ cluster }: Stage, name: string): boolean =>
  cluster.state
    .find('services', { namespace: 'default', name })
    ?.status?.conditions?.some(
      ({ type, status }) => type === 'lb-controller.io/Ready' && status === 'True',
    ) === true

/** Two Services were served, and one of them was deleted by force while no controller ran. */
async function leave(stage: Stage): Promise<void> {
  const { state } = stage.cluster
  for (const n of [1, 2]) stage.addNode(n)
  for (const name of ['api', 'web'])
    state.create('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'default', name },
      spec: { type: 'LoadBalancer', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
    })
  const controller = stage.start()
  for (let tries = 0; !isReady(stage, 'web') || !isReady(stage, 'api'); tries++) {
    assert.ok(tries < 1200, controller.output())
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const led = await stage.command(['orphans', ...settings])
  assert.deepEqual([led.code, led.out], [0, 'Everything of ours in the cloud has its Service.\n'])
  controller.process.kill('SIGTERM')
  await controller.ended
  const web = { namespace: 'default', name: 'web' }
  state.patch('services', web, { metadata: { finalizers: null } })
  state.delete('services', web)
}

test('orphans: listed as text and JSON, another cluster lists none, refused, removed; the rest stays', async () => {
  const stage = await openStage()
  const { cloud } = stage
  try {
    await leave(stage)
    cloud.clearLog()
    const text = await stage.command(['orphans', ...settings])
    assert.equal(text.code, 2, text.out + text.err)
    assert.match(text.out, /^SERVICE +UID +KIND +NAME +USED BY +ID\n/)
    assert.equal([...text.out.matchAll(/^default\/web /gm)].length, 3, text.out)
    assert.doesNotMatch(text.out, /default\/api/)

    const json = await stage.command(['orphans', ...settings, '-o', 'json'])
    const told = JSON.parse(json.out) as readonly Told[]
    assert.deepEqual(told.map(({ kind }) => kind).toSorted(), [
      'load-balancer',
      'security-group',
      'target-group',
    ])

    const none = await stage.command(['orphans', ...settings, '--remove', '--yes', 'default/api'])
    assert.equal(none.code, 0, none.out + none.err)
    assert.equal(none.out, 'Nothing of ours without a Service is left of default/api.\n')
    assert.match(none.err, /3 objects of other Services without one/)
    const unasked = await stage.command(['orphans', ...settings, '--remove'])
    assert.equal(unasked.code, 1)
    assert.match(unasked.err, /nothing was written: nobody can be asked here, say --yes/)
    assert.ok(cloud.log.every(({ mutating }) => !mutating))

    cloud.deny('elbv2:DescribeLoadBalancers')
    const denied = await stage.command(['orphans', ...settings])
    assert.equal(denied.code, 1, denied.out)
    assert.match(denied.err, /DescribeLoadBalancers|elasticloadbalancing/)
    cloud.allow('elbv2:DescribeLoadBalancers')

    const removed = await stage.command(['orphans', ...settings, '--remove', '--yes', 'default/web'])
    assert.equal(removed.code, 0, removed.out + removed.err)
    assert.match(removed.err, /^removed load balancer /m)
    assert.equal(cloud.world.loadBalancers.list().length, 1)
    assert.equal(cloud.world.targetGroups.list().length, 1)
    const empty = await stage.command(['orphans', ...settings])
    assert.deepEqual([empty.code, empty.out], [0, 'Everything of ours in the cloud has its Service.\n'])
  } finally {
    await stage.close()
  }
})
