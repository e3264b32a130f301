import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { openStage } from '../../localstack/stage.ts'

const prefix = 'service.beta.kubernetes.io/aws-load-balancer-'
const setting = {
  LB_CONTROLLER_PROVIDER: 'aws',
  LB_CONTROLLER_AWS_REGION: 'us-east-1',
  LB_CONTROLLER_CLUSTER_NAME: 'demo',
}

/** The round trip: what the controller made is, by the facts of it and offline, what a dry run wants. */
test('facts --existing makes a dry run of what runs find nothing to change', async () => {
  const stage = await openStage({ env: setting })
  const folder = await mkdtemp(join(tmpdir(), 'lb-facts-'))
  try {
    for (let n = 1; n <= 3; n++) stage.addNode(n)
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/a'
    stage.cloud.addCertificate(certificate)
    stage.cluster.state.create('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'web',
        namespace: 'default',
        annotations: {
          [`${prefix}ssl-cert`]: certificate,
          [`${prefix}ssl-ports`]: '443',
          [`${prefix}attributes`]: 'load_balancing.cross_zone.enabled=true',
        },
      },
      spec: {
        type: 'LoadBalancer',
        ports: [
          { name: 'http', port: 80 },
          { name: 'https', port: 443 },
        ],
        loadBalancerSourceRanges: ['10.0.0.0/8'],
      },
    })
    const controller = stage.start()
    const web = () => stage.cluster.state.get('services', { namespace: 'default', name: 'web' })
    for (let tries = 0; web().status?.conditions?.[0]?.status !== 'True'; tries++) {
      assert.ok(tries < 1200, controller.output())
      await sleep(100)
    }
    const reads = stage.cloud.log.length
    const found = await stage.command(['facts', '--existing'])
    assert.equal(found.code, 0, found.err)
    assert.match(found.out, /^# for "lb-controller dry-run --facts"/)
    assert.ok(stage.cloud.log.slice(reads).every((call) => !call.mutating))

    const files = {
      facts: join(folder, 'facts.yaml'),
      service: join(folder, 'web.json'),
      nodes: join(folder, 'nodes.json'),
    }
    await writeFile(files.facts, found.out)
    await writeFile(files.service, JSON.stringify({ apiVersion: 'v1', kind: 'Service', ...web() }))
    const nodes = stage.cluster.state
      .list('nodes')
      .items.map((node) => ({ apiVersion: 'v1', kind: 'Node', ...node }))
    await writeFile(files.nodes, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: nodes }))
    const plan = [
      'dry-run',
      files.service,
      '--facts',
      files.facts,
      '--nodes',
      files.nodes,
      '--detailed-exitcode',
    ]
    const same = await stage.command(plan)
    assert.equal(same.code, 0, same.out + same.err)

    const bare = await stage.command(['facts'])
    await writeFile(files.facts, bare.out)
    const anew = await stage.command(plan)
    assert.equal(anew.code, 2, anew.out + anew.err)
    assert.match(anew.out, /subnet-0pub0a/)
  } finally {
    await stage.close()
    await rm(folder, { recursive: true, force: true })
  }
})
