/** The built node proxy in userspace against an API server over HTTP: it serves, follows, survives, and ends in order. */
import assert from 'node:assert/strict'
import { createServer, connect, type AddressInfo, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { openProcesses, type Controller, type Processes } from '../../localstack/processes.ts'

const web = { namespace: 'default', name: 'web' }
const nodePort = 31_080
const ownPort = { health: 21_256, metrics: 21_249 }

/** A pod that says its name and hangs up. */
async function pod(name: string): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => socket.on('error', () => {}).end(name))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

/** What a connection to the node port is told; the error's code when it is not let in. */
const ask = (): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    const socket = connect(nodePort, '127.0.0.1')
    socket
      .setEncoding('utf8')
      .on('data', (part: string) => (text += part))
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      .on('close', () => resolve(text))
  })

async function until<T>(what: string, proxy: Controller, look: () => Promise<T>, wanted: T): Promise<void> {
  const end = Date.now() + 60_000
  for (;;) {
    const found = await look()
    if (found === wanted) return
    if (Date.now() > end)
      throw new Error(`not within 60 s: ${what}; it is ${String(found)}\n${proxy.output()}`)
    await sleep(25)
  }
}

const status = async (port: number, path = '/healthz'): Promise<number> => {
  try {
    return (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })).status
  } catch {
    return 0
  }
}

const endpoints = (...ports: readonly number[]) => ({
  metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints:
    ports.length === 0 ? [] : [{ addresses: ['127.0.0.1'], conditions: { ready: true }, nodeName: 'node-1' }],
  ports: ports.map((port) => ({ name: 'http', port, protocol: 'TCP' })),
})

const startProxy = (processes: Processes, ...more: readonly string[]): Controller =>
  processes.spawn([
    'node-proxy',
    '--node-name=node-1',
    '--data-plane=userspace',
    '--bind-address=127.0.0.1',
    '--health-check-addresses=127.0.0.1',
    `--health-address=127.0.0.1:${ownPort.health}`,
    `--metrics-address=127.0.0.1:${ownPort.metrics}`,
    `--state-dir=${join(dirname(processes.kubeconfig), 'proxy')}`,
    '--log-format=text',
    ...more,
  ])

const waits = (proxy: Controller) => proxy.output().includes('waiting to be told to end')

test('a NodePort leads to pods, and its health port counts them, through changes, outages and a restart', async () => {
  const processes = await openProcesses({})
  const { state } = processes.cluster
  const [first, second] = [await pod('first'), await pod('second')]
  try {
    state.addNode({ name: 'node-1', address: '192.0.2.11' })
    state.create('services', {
      metadata: web,
      spec: {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        ports: [{ name: 'http', protocol: 'TCP', port: 80, nodePort }],
      },
    })
    const health = state.get('services', web).spec?.healthCheckNodePort ?? 0
    state.create('endpointslices', endpoints(first.port))
    let proxy = startProxy(processes)
    await until('the node port is served', proxy, ask, 'first')
    await until('the health port counts one', proxy, () => status(health, '/any'), 200)
    assert.equal(await status(ownPort.health), 200)
    assert.equal(await status(ownPort.health, '/livez'), 200)

    state.edit('endpointslices', { namespace: 'default', name: 'web-1' }, (draft) =>
      Object.assign(draft, { ports: endpoints(second.port).ports }),
    )
    await until('connections go to the pod that came', proxy, ask, 'second')

    // It serves what it knows while nobody tells it anything.
    processes.cluster.refuseConnections()
    await sleep(1_000)
    assert.equal(await ask(), 'second')
    assert.equal(await status(ownPort.health), 200)
    state.edit('endpointslices', { namespace: 'default', name: 'web-1' }, (draft) =>
      Object.assign(draft, { ports: endpoints(first.port).ports }),
    )
    processes.cluster.refuseConnections(false)
    await until('what was missed is caught up on', proxy, ask, 'first')

    state.edit('nodes', 'node-1', (draft) =>
      Object.assign(draft, {
        spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] },
      }),
    )
    await until('load balancers are told that the node goes', proxy, () => status(ownPort.health), 503)
    assert.equal(await status(ownPort.health, '/livez'), 200)
    assert.equal(await status(health), 200)

    const metrics = await (await fetch(`http://127.0.0.1:${ownPort.metrics}/metrics`)).text()
    assert.match(metrics, /^lb_node_proxy_rows\{ip_family="IPv4"\} 1$/m)
    assert.match(metrics, /^kubeproxy_proxy_healthz_total\{code="503"\} [1-9]/m)

    const mode = await fetch(`http://127.0.0.1:${ownPort.metrics}/proxyMode`)
    assert.equal(await mode.text(), 'userspace')

    const next = startProxy(processes)
    const lost: string[] = []
    const before = proxy.process
    while (before.exitCode === null) {
      const told = await ask()
      if (told !== 'first') lost.push(told)
      await sleep(5)
    }
    assert.equal(await proxy.ended, 0, proxy.output())
    // Where the kernel moves no connections, one may be on its way to a socket that is about to be closed.
    assert.ok(
      lost.length <= 1 && lost.every((told) => told === 'ECONNRESET'),
      `the next one serves before this one stops: ${lost.join()}`,
    )
    await until('the next one has the port of the health', next, () => status(ownPort.health, '/livez'), 200)

    next.process.kill('SIGTERM')
    assert.equal(await next.ended, 0, next.output())
    assert.equal(await ask(), 'ECONNREFUSED')
    proxy = startProxy(processes)
    await until('the next one serves again', proxy, ask, 'first')

    state.edit('endpointslices', { namespace: 'default', name: 'web-1' }, (draft) =>
      Object.assign(draft, { endpoints: [] }),
    )
    await until('the health port tells that no pod is here', proxy, () => status(health), 503)

    state.delete('services', web)
    await until('the health port of a Service that is gone is closed', proxy, () => status(health), 0)
    await until('so is its node port', proxy, ask, 'ECONNREFUSED')
    proxy.process.kill('SIGTERM')
    assert.equal(await proxy.ended, 0, proxy.output())
  } finally {
    await processes.close()
    for (const { server } of [first, second]) server.close()
  }
})

test('a proxy in a pod waits when another has taken over, and comes back when that one has gone', async () => {
  const processes = await openProcesses({})
  const { state } = processes.cluster
  const first = await pod('first')
  try {
    state.addNode({ name: 'node-1', address: '192.0.2.11' })
    state.create('services', {
      metadata: web,
      spec: {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        ports: [{ name: 'http', protocol: 'TCP', port: 80, nodePort }],
      },
    })
    const health = state.get('services', web).spec?.healthCheckNodePort ?? 0
    state.create('endpointslices', endpoints(first.port))
    const old = startProxy(processes, '--superseded=wait')
    await until('the old one serves', old, ask, 'first')
    await until('its health ports answer', old, () => status(health), 200)
    const next = startProxy(processes, '--superseded=wait')
    const answers = new Map<number, number>()
    await until(
      'the old one waits',
      next,
      async () => {
        const asked = [status(health), status(ownPort.health), status(ownPort.health, '/livez')]
        for (const code of await Promise.all(asked)) answers.set(code, (answers.get(code) ?? 0) + 1)
        return waits(old)
      },
      true,
    )
    // 0: a connection that the old one had not accepted when it closed.
    const { 0: cut = 0, 200: good = 0, ...others } = Object.fromEntries(answers)
    assert.deepEqual(others, {}, 'load balancers and the kubelet are told the same throughout')
    assert.ok(cut <= 5 && good > 20, `${cut} of ${good + cut} connections were cut`)
    assert.equal(old.process.exitCode, null)
    assert.equal(await ask(), 'first')
    const events = state.list('events').items.map(({ reason }) => reason)
    assert.ok(!events.includes('FailedToStartServiceHealthcheck'))

    next.process.kill('SIGTERM')
    assert.equal(await next.ended, 0, next.output())
    assert.equal(await old.ended, 0, 'it ends, and whoever watches over it starts it again')

    const again = startProxy(processes, '--superseded=wait')
    await until('it serves again', again, ask, 'first')
    const last = startProxy(processes, '--superseded=wait')
    await until('it waits again', again, () => Promise.resolve(waits(again)), true)
    again.process.kill('SIGTERM')
    assert.equal(await again.ended, 0, again.output())
    assert.equal(last.process.exitCode, null)
    assert.equal(await ask(), 'first')
  } finally {
    await processes.close()
    first.server.close()
  }
})
