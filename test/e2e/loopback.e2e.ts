import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/**
 * The sandbox's networks in a network namespace of their own, whose loopback interface has one address only, or where
 * low ports are refused. The namespace goes with its process. Skips, and says so, where the system lets nobody make one.
 */
interface Seen {
  readonly facts: { readonly addresses: string; readonly lowestPort: number }
  readonly advice: readonly string[]
  readonly cluster: { readonly place: string; readonly heard: string }
  readonly nodes: readonly { readonly place: string; readonly heard: string }[]
  readonly health: number
  readonly dns: { readonly port: number; readonly told: readonly string[] }
}

const unshare = ['--net', '--map-root-user', '--user']
const program = fileURLToPath(new URL('loopback-child.ts', import.meta.url))
const single = 'ip address del 127.0.0.1/8 dev lo; ip address add 127.0.0.1/32 dev lo;'
const unprivileged = 'setpriv --bounding-set=-net_bind_service --inh-caps=-net_bind_service'

function run(setUp: string, wrapper: string): string {
  const script = `ip link set lo up && { ${setUp} } && exec ${wrapper} ${process.execPath} ${program}`
  const { stdout, stderr, status } = spawnSync('unshare', [...unshare, 'sh', '-c', script], {
    encoding: 'utf8',
    timeout: 180_000,
  })
  assert.equal(status, 0, stderr)
  return stdout
}

const canUnshare =
  spawnSync('unshare', [...unshare, 'sh', '-c', 'ip link set lo up && setpriv true']).status === 0
const skip = canUnshare
  ? false
  : 'needs unshare, ip and setpriv, and a system that lets a user make namespaces'

const rows: readonly {
  readonly name: string
  readonly setUp: string
  readonly wrapper: string
  readonly facts: Seen['facts']
  readonly advice: readonly RegExp[]
  readonly nodes: readonly string[]
  readonly dnsPort: number | 'high'
}[] = [
  {
    name: 'all of loopback, all ports',
    setUp: 'true;',
    wrapper: '',
    facts: { addresses: 'all', lowestPort: 1 },
    advice: [],
    nodes: ['127.216.0.11:30080 127.216.0.11', '127.216.0.12:30080 127.216.0.12'],
    dnsPort: 53,
  },
  {
    name: 'low ports refused',
    setUp: 'true;',
    wrapper: unprivileged,
    facts: { addresses: 'all', lowestPort: 1024 },
    advice: [/Ports below 1024 are refused/, /ip_unprivileged_port_start=0/],
    nodes: ['127.216.0.11:30080 127.216.0.11', '127.216.0.12:30080 127.216.0.12'],
    dnsPort: 10_053,
  },
  {
    name: 'only 127.0.0.1, and low ports refused',
    setUp: single,
    wrapper: unprivileged,
    facts: { addresses: 'one', lowestPort: 1024 },
    advice: [/only 127\.0\.0\.1/, /ip address add 127\.0\.0\.1\/8/, /Ports below 1024/, /port_start=0/],
    nodes: ['127.0.0.1:30080 127.0.0.1', '127.0.0.1:32848 127.0.0.1'],
    dnsPort: 'high',
  },
]

for (const { name, setUp, wrapper, facts, advice, nodes, dnsPort } of rows)
  test(`a sandbox's networks: ${name}`, { skip }, () => {
    const seen = JSON.parse(run(setUp, wrapper)) as Seen
    assert.deepEqual(seen.facts, facts)
    assert.equal(seen.advice.length, advice.length)
    for (const [at, line] of advice.entries()) assert.match(seen.advice[at] ?? '', line)
    assert.match(seen.cluster.heard, /^pod-1 127\./)
    assert.deepEqual(
      seen.nodes.map(({ place, heard }) => `${place} ${heard.replace('pod-1 ', '')}`),
      nodes,
    )
    assert.equal(seen.health, 200)
    assert.deepEqual(seen.dns.told, ['127.216.192.77'])
    if (dnsPort === 'high') assert.ok(seen.dns.port > 1024)
    else assert.equal(seen.dns.port, dnsPort)
  })
