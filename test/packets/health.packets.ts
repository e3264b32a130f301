/** What the health checks of load balancers see of a node. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { at, families, machines, podNamed, type Space } from './addresses.ts'
import { eventually } from './command.ts'
import type { ServiceSketch } from './objects.ts'
import type { AskReport } from './orders.ts'
import { whySkipped } from './requirements.ts'
import { openRig, type Rig } from './rig.ts'

const skip = await whySkipped()
const port = 32_100
const endpointsOf = (...names: readonly string[]) => names.map((pod) => ({ pod, node: podNamed(pod).node }))
const ending = { ...endpointsOf('d')[0], ready: false, serving: true, terminating: true } as ReturnType<
  typeof endpointsOf
>[number]
const web: ServiceSketch = {
  name: 'web',
  number: 10,
  endpoints: [...endpointsOf('a', 'c', 'b'), ending],
  spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: port },
}

const comes = (what: string, found: () => Promise<AskReport | undefined>, code: number) =>
  eventually(`${what}: ${code}`, async () => {
    const report = await found()
    return report?.code === code ? report : undefined
  })

describe('health', { skip }, () => {
  let rig: Rig
  const ask = async (from: Space, url: string, method = 'GET'): Promise<AskReport | undefined> => {
    const [report] = await rig.posts[from].tell('ask', [{ url, method }]).catch(() => [])
    return report
  }
  const check = (path = '/healthz', method?: string) =>
    ask('client', `http://${at('lan', machines.n1[0], 'IPv4')}:${port}${path}`, method)
  const proxyHealth = (path: string) =>
    ask('client', `http://${at('lan', machines.n1[0], 'IPv4')}:10256${path}`)
  before(async () => {
    rig = await openRig({ plane: 'nftables' })
    await rig.cluster.add(web)
    rig.startProxy('n1')
    await rig.synced(['n1'])
  })
  after(() => rig.close())

  test('healthCheckNodePort counts the ready endpoints of this node', async () => {
    const report = await comes('with endpoints here', () => check(), 200)
    assert.equal(report.headers['content-type'], 'application/json')
    assert.equal(report.headers['x-content-type-options'], 'nosniff')
    // Two pods, each of both families; one that is ending never counts.
    assert.equal(report.headers['x-load-balancing-endpoint-weight'], '2')
    assert.equal(
      report.body.trimEnd(),
      JSON.stringify(
        { service: { namespace: 'default', name: 'web' }, localEndpoints: 2, serviceProxyHealthy: true },
        undefined,
        '\t',
      ),
    )
  })

  test('any path and method is answered, on both families', async () => {
    assert.equal((await check('/', 'POST'))?.code, 200)
    for (const family of families) {
      const address = at('lan', machines.n1[0], family)
      const host = family === 'IPv6' ? `[${address}]` : address
      assert.equal((await ask('client', `http://${host}:${port}/x`))?.code, 200)
    }
  })

  test('endpoints that only serve until they end let the load balancer drain', async () => {
    await rig.cluster.endpoints({ ...web, endpoints: [...endpointsOf('b'), ending] })
    const report = await comes('with endpoints elsewhere', () => check(), 503)
    assert.match(report.body, /"localEndpoints": 0/)
    await rig.cluster.endpoints(web)
    await comes('with endpoints again', () => check(), 200)
  })

  test('a node that is about to go fails /healthz, and neither /livez nor the health of its Services', async () => {
    const healthy = await comes('/healthz', () => proxyHealth('/healthz'), 200)
    assert.ok('nodeEligible' in (JSON.parse(healthy.body) as object), healthy.body)
    const taints = [{ key: 'ToBeDeletedByClusterAutoscaler', value: '1', effect: 'NoSchedule' }]
    await rig.cluster.patch('nodes', 'n1', { spec: { taints } })
    await comes('/healthz with the taint', () => proxyHealth('/healthz'), 503)
    assert.equal((await proxyHealth('/livez'))?.code, 200)
    assert.equal((await check())?.code, 200)
    await rig.cluster.patch('nodes', 'n1', { spec: { taints: null } })
    await comes('/healthz without the taint', () => proxyHealth('/healthz'), 200)
  })

  test('metrics are for this machine alone', async () => {
    const own = await ask('n1', 'http://127.0.0.1:10249/metrics')
    assert.match(own?.body ?? '', /^kubeproxy_sync_proxy_rules_duration_seconds_count/m)
    assert.equal(await ask('client', `http://${at('lan', machines.n1[0], 'IPv4')}:10249/metrics`), undefined)
  })

  test('a Service that is gone is no longer answered for', async () => {
    await rig.cluster.drop('web')
    await eventually('the port is closed', async () => (await check()) === undefined)
  })
})
