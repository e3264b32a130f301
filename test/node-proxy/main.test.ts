import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClusterState } from '../../localstack/kubernetes/state.ts'
import { VirtualClock } from '../../src/lib/clock.ts'
import { choosePlane } from '../../src/node-proxy/choose-plane.ts'
import { PlaneRefused, type Applied, type Changed, type DataPlane } from '../../src/node-proxy/data-plane.ts'
import { createNodeProxy } from '../../src/node-proxy/main.ts'
import type { ProxyTable } from '../../src/node-proxy/table/row.ts'
import { silentLog } from '../../src/observe/log.ts'
import { createMetricsOf } from '../../src/observe/metrics.ts'
import { nodeProxyMetricTable } from '../../src/observe/node-proxy-metric-table.ts'
import { clusterApi } from '../support/cluster-api.ts'
import { settings } from './objects.ts'

const planeOf = (name: DataPlane['name'], more: Partial<DataPlane> = {}): DataPlane => ({
  name,
  start: () => Promise.resolve(),
  apply: () => Promise.resolve({ failures: [] }),
  intact: () => Promise.resolve(true),
  stop: () => Promise.resolve(),
  cleanup: () => Promise.resolve(),
  ...more,
})

const refusing = planeOf('nftables', {
  start: () => Promise.reject(new PlaneRefused('nft is not installed', 'install nftables')),
})
const makers = (nftables: DataPlane) => ({
  nftables: () => Promise.resolve(nftables),
  userspace: () => Promise.resolve(planeOf('userspace')),
})
const { signal } = new AbortController()

test('auto takes nftables where it works, else userspace; nftables alone refuses', async () => {
  const works = makers(planeOf('nftables'))
  assert.equal((await choosePlane('auto', works, silentLog, signal)).name, 'nftables')
  assert.equal((await choosePlane('auto', makers(refusing), silentLog, signal)).name, 'userspace')
  assert.equal((await choosePlane('userspace', works, silentLog, signal)).name, 'userspace')
  await assert.rejects(choosePlane('nftables', makers(refusing), silentLog, signal), {
    name: 'PlaneRefused',
    hint: 'install nftables',
  })
})

test('what the cluster says reaches the plane: all at first, then what changed, and metrics count it', async () => {
  const clock = new VirtualClock()
  const state = new ClusterState({ clock })
  state.addNode({ name: 'node-1', address: '192.0.2.11' })
  state.create('services', {
    metadata: { name: 'web', namespace: 'default' },
    spec: { ports: [{ name: 'http', protocol: 'TCP', port: 80 }] },
  })
  const slice = {
    metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.244.1.5'], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  }
  state.create('endpointslices', slice)
  const foreign = { ...slice.metadata.labels, 'service.kubernetes.io/service-proxy-name': 'other' }
  state.create('endpointslices', {
    ...slice,
    metadata: { ...slice.metadata, name: 'web-2', labels: foreign },
  })

  const written: string[] = []
  let stopped = false
  const plane = planeOf('nftables', {
    apply(table: ProxyTable, changed: Changed): Promise<Applied> {
      const ends = [...table.rows.values()].map(
        ({ key, cluster = [] }) => `${key} ${cluster.map(({ address }) => address).join()}`,
      )
      written.push(`${changed === 'all' ? 'all' : [...changed].join()}: ${ends.join()}`)
      return Promise.resolve({ failures: [] })
    },
    stop: () => {
      stopped = true
      return Promise.resolve()
    },
  })
  const metrics = await createMetricsOf(nodeProxyMetricTable)
  const proxy = createNodeProxy({
    clock,
    wall: clock,
    log: silentLog,
    api: clusterApi(state),
    events: { record() {} },
    metrics,
    plane,
    table: settings({ nodeName: 'node-1', families: ['IPv4'], pods: { by: 'node' }, nodePorts: 'primary' }),
    syncMs: 30_000,
    minSyncMs: 100,
    health: undefined,
    machineAddresses: () => [],
  })
  const stop = new AbortController()
  const running = proxy.run(stop.signal)
  await clock.advance(1_000)
  const key = 'default/web:http/TCP/IPv4'
  assert.deepEqual(written, [`all: ${key} 10.244.1.5`])

  state.edit('endpointslices', { namespace: 'default', name: 'web-1' }, (draft) =>
    Object.assign(draft, {
      metadata: {
        ...draft.metadata,
        annotations: {
          'endpoints.kubernetes.io/last-change-trigger-time': new Date(clock.now() - 250).toISOString(),
        },
      },
      endpoints: [{ addresses: ['10.244.1.6'], conditions: { ready: true } }],
    }),
  )
  await clock.advance(1_000)
  assert.deepEqual(written.slice(1), [`${key}: ${key} 10.244.1.6`])

  proxy.sample()
  const { body } = await metrics.text()
  for (const line of [
    'kubeproxy_sync_full_proxy_rules_duration_seconds_count{ip_family="IPv4"} 1',
    'kubeproxy_sync_partial_proxy_rules_duration_seconds_count{ip_family="IPv4"} 1',
    'kubeproxy_sync_proxy_rules_endpoint_changes_total{ip_family="IPv4"} 2',
    'kubeproxy_sync_proxy_rules_endpoint_changes_pending{ip_family="IPv4"} 0',
    'kubeproxy_network_programming_duration_seconds_sum{ip_family="IPv4"} 0.25',
    'kubeproxy_sync_proxy_rules_no_local_endpoints_total{traffic_policy="external",ip_family="IPv4"} 0',
    'lb_node_proxy_rows{ip_family="IPv4"} 1',
  ])
    assert.ok(body.includes(`\n${line}\n`), `${line}\n${body}`)
  stop.abort()
  await running
  assert.ok(stopped)
})

test('no rule is written before Services and EndpointSlices have listed; a Node that is missing holds up nothing for long', async () => {
  const clock = new VirtualClock()
  const state = new ClusterState({ clock })
  const api = clusterApi(state)
  const listed = Promise.withResolvers<void>()
  let writes = 0
  const proxy = createNodeProxy({
    clock,
    wall: clock,
    log: silentLog,
    api: {
      ...api,
      async list(resource, options, until) {
        if (resource.plural === 'endpointslices') await listed.promise
        return api.list(resource, options, until)
      },
    },
    events: { record() {} },
    metrics: await createMetricsOf(nodeProxyMetricTable),
    plane: planeOf('nftables', {
      apply: () => {
        writes++
        return Promise.resolve({ failures: [] })
      },
    }),
    table: settings({ nodeName: 'node-9', families: ['IPv4'], pods: { by: 'none' }, nodePorts: 'primary' }),
    syncMs: 30_000,
    minSyncMs: 100,
    health: undefined,
    machineAddresses: () => [],
  })
  const stop = new AbortController()
  const running = proxy.run(stop.signal)
  await clock.advance(120_000)
  assert.equal(writes, 0)
  listed.resolve()
  await clock.advance(5_000)
  assert.equal(writes, 0)
  await clock.advance(6_000)
  assert.equal(writes, 1)
  stop.abort()
  await running
})

test('a proxy with a name is sent the Services that name it, and takes their slices with the label and without', async () => {
  const clock = new VirtualClock()
  const state = new ClusterState({ clock })
  state.addNode({ name: 'node-1', address: '192.0.2.11' })
  const label = 'service.kubernetes.io/service-proxy-name'
  for (const [name, value] of Object.entries({ plain: undefined, mine: 'mine', other: 'other' })) {
    const labels: Record<string, string> = value === undefined ? {} : { [label]: value }
    const spec = { ports: [{ name: 'http', protocol: 'TCP', port: 80 }] }
    state.create('services', { metadata: { name, namespace: 'default', labels }, spec })
    for (const [number, copied] of [labels, {}].entries())
      state.create('endpointslices', {
        metadata: {
          name: `${name}-${number}`,
          namespace: 'default',
          labels: { 'kubernetes.io/service-name': name, ...copied },
        },
        addressType: 'IPv4',
        endpoints: [{ addresses: [`10.244.1.${number}`], conditions: { ready: true } }],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      })
  }
  const served: string[] = []
  const proxy = createNodeProxy({
    clock,
    wall: clock,
    log: silentLog,
    api: clusterApi(state),
    events: { record() {} },
    metrics: await createMetricsOf(nodeProxyMetricTable),
    plane: planeOf('nftables', {
      apply(table) {
        const rows = [...table.rows.values()].map(({ name, cluster = [] }) => `${name} ${cluster.length}`)
        served.push(rows.join())
        return Promise.resolve({ failures: [] })
      },
    }),
    table: settings({ nodeName: 'node-1', families: ['IPv4'], serviceProxyName: 'mine' }),
    syncMs: 30_000,
    minSyncMs: 100,
    health: undefined,
    machineAddresses: () => [],
  })
  const stop = new AbortController()
  const running = proxy.run(stop.signal)
  await clock.advance(1_000)
  assert.deepEqual(served, ['mine 2'])
  state.edit('services', { namespace: 'default', name: 'mine' }, (draft) =>
    Object.assign(draft, { metadata: { ...draft.metadata, labels: {} } }),
  )
  await clock.advance(1_000)
  assert.deepEqual(served, ['mine 2', ''])
  stop.abort()
  await running
})
