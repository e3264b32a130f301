/** 1,000 changes of endpoints and five restarts of the proxy within 20 s, while new connections keep coming. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { families, podNamed, pods } from './addresses.ts'
import { eventually, sleep } from './command.ts'
import { firstPacketsAgain } from './retransmissions.ts'
import { setSysctls } from './topology.ts'
import { addressOf, portOf, servicePort, type ServiceSketch } from './objects.ts'
import type { StreamReport, Tally } from './orders.ts'
import { whySkipped } from './requirements.ts'
import { openRig, type Rig } from './rig.ts'

const skip = await whySkipped()
/** Half of them over each family. */
const perSecond = 350
/** A connection that is answered late is not lost: on a machine that does other things too, all are late. */
const patienceMs = 60_000
const changes = 1000
const overMs = 20_000
const restarts = 5
const restartRows = [
  { workers: 1, migrate: false },
  { workers: 1, migrate: true },
  { workers: 2, migrate: false },
  { workers: 2, migrate: true },
]

const endpointsOf = (names: readonly string[]) => names.map((pod) => ({ pod, node: podNamed(pod).node }))
const all = pods.map(({ name }) => name)
/** Always four of ten, other ones each time. */
const turn = (n: number) =>
  endpointsOf([0, 1, 2, 3].map((k) => all[(n + k * (1 + (n % 3))) % all.length] ?? 'a'))

const web: ServiceSketch = { name: 'web', number: 10, endpoints: turn(0) }

interface Storm {
  readonly report: StreamReport
  readonly changesPerSecond: number
  /** The quickest restart. */
  readonly restartMs: number
}

/** What happens around the stream. `restart` runs at even distances. */
async function storm(
  rig: Rig,
  changing: boolean,
  restart: (() => Promise<void>) | undefined,
): Promise<Storm> {
  const streams = await Promise.all(
    families.map((family) => {
      const to = addressOf(web.number, 'load-balancer', family)
      const shot = { protocol: 'TCP', to, port: servicePort, timeoutMs: patienceMs } as const
      return rig.posts.client.tell('start-stream', { shot, perSecond: perSecond / families.length })
    }),
  )
  const began = performance.now()
  const until = (ms: number) => sleep(Math.max(0, began + ms - performance.now()))
  const change = async () => {
    for (let n = 1; n <= changes; n++) {
      await until((n * overMs) / changes)
      await rig.cluster.endpoints({ ...web, endpoints: turn(n) })
    }
  }
  let restartMs = Number.POSITIVE_INFINITY
  const restarting = async (again: () => Promise<void>) => {
    for (let n = 0; n < restarts; n++) {
      await until(((n + 0.5) * overMs) / restarts)
      const start = performance.now()
      await again()
      restartMs = Math.min(restartMs, performance.now() - start)
    }
  }
  await Promise.all([changing && change(), restart && restarting(restart), until(overMs)])
  const ms = performance.now() - began
  const reports = await Promise.all(streams.map((stream) => rig.posts.client.tell('stop-stream', stream)))
  return { report: together(reports), changesPerSecond: (changes * 1000) / ms, restartMs }
}

const together = (reports: readonly StreamReport[]): StreamReport => ({
  sent: reports.reduce((sum, { sent }) => sum + sent, 0),
  tally: Object.assign({}, ...reports.map(({ tally }) => tally)) as Tally,
  failedAt: reports.flatMap(({ failedAt }) => failedAt),
  slowestMs: Math.max(...reports.map(({ slowestMs }) => slowestMs)),
})

function tell(what: string, { report, changesPerSecond }: Storm): void {
  const { sent, failedAt, slowestMs } = report
  console.log(
    `${what}: ${sent} connections, ${failedAt.length} failed, slowest ${slowestMs} ms, ${Math.round(changesPerSecond)} changes/s`,
  )
}

const answered = ({ sent, failedAt }: StreamReport) => sent - failedAt.length

async function withRig(plane: 'nftables' | 'userspace', run: (rig: Rig) => Promise<void>): Promise<void> {
  const rig = await openRig({ plane })
  try {
    await rig.cluster.add(web)
    await run(rig)
  } finally {
    await rig.close()
  }
}

/** Ends the old process and starts a new one. Rules outlive a process, sockets do not: there the new one comes first. */
async function restarter(
  rig: Rig,
  plane: 'nftables' | 'userspace',
  flags: readonly string[] = [],
): Promise<() => Promise<void>> {
  let starts = 0
  const start = async () => {
    const metrics = `127.0.0.1:${10_240 + (starts++ % 2)}`
    const program = rig.startProxy('n1', ['--metrics-address', metrics, '--health-address', 'off', ...flags])
    await eventually('the new process has written all', () => hasSynced(rig, metrics), 60_000, program.output)
    return program
  }
  let proxy = await start()
  return async () => {
    const old = proxy
    if (plane === 'nftables') await old.end()
    proxy = await start()
    if (plane === 'userspace') await old.end()
  }
}

async function hasSynced(rig: Rig, address: string): Promise<boolean> {
  const asked = await rig.posts.n1.tell('ask', [{ url: `http://${address}/metrics` }]).catch(() => [])
  const [report] = asked
  const lines =
    report?.body.matchAll(/^kubeproxy_sync_proxy_rules_last_timestamp_seconds\{.*\} (\S+)$/gm) ?? []
  return [...lines].filter(([, at]) => Number(at) > 0).length === 2
}

describe('no connection is lost', { skip }, () => {
  test('nftables: 1,000 changes and 5 restarts in 20 s lose none', async () => {
    await withRig('nftables', async (rig) => {
      const restart = await restarter(rig, 'nftables')
      const flow = await rig.posts.client.tell('start-flow', {
        protocol: 'TCP',
        to: addressOf(web.number, 'node-port', 'IPv4'),
        port: portOf(web.number, 'node-port'),
        everyMs: 20,
      })
      const again = await firstPacketsAgain(rig.namespaceOf('client'))
      const result = await storm(rig, true, restart)
      tell('nftables', result)
      assert.equal(await firstPacketsAgain(rig.namespaceOf('client')), again, 'packets that were dropped')
      const { runs, ended } = await rig.posts.client.tell('stop-flow', flow)
      assert.equal(ended, undefined, 'a connection that was open ended')
      assert.equal(runs.length, 1, JSON.stringify(runs))
      assert.ok(result.report.sent >= 100 * 20, `only ${result.report.sent} connections were begun`)
      assert.equal(answered(result.report), result.report.sent, JSON.stringify(result.report))
    })
  })

  test('userspace: 1,000 changes in 20 s lose none', async () => {
    await withRig('userspace', async (rig) => {
      rig.startProxy('n1')
      await rig.synced(['n1'])
      const result = await storm(rig, true, undefined)
      tell('userspace, changes', result)
      assert.equal(answered(result.report), result.report.sent, JSON.stringify(result.report))
    })
  })

  for (const { workers, migrate } of restartRows)
    test(`userspace, workers ${workers}: 5 restarts lose ${migrate ? 'none with' : 'at most 5 each without'} tcp_migrate_req, and UDP goes on`, async () => {
      await withRig('userspace', async (rig) => {
        await setSysctls(rig.namespaceOf('n1'), { 'net.ipv4.tcp_migrate_req': migrate ? '1' : '0' })
        const restart = await restarter(rig, 'userspace', ['--workers', String(workers)])
        const flows = await Promise.all(
          families.map((family) =>
            rig.posts.client.tell('start-flow', {
              protocol: 'UDP',
              to: addressOf(web.number, 'load-balancer', family),
              port: servicePort,
              everyMs: 20,
            }),
          ),
        )
        const result = await storm(rig, false, restart)
        tell(`userspace, workers ${workers}, restarts, tcp_migrate_req ${migrate ? 1 : 0}`, result)
        const lost = result.report.sent - answered(result.report)
        assert.ok(lost <= (migrate ? 0 : 5 * restarts), JSON.stringify(result.report))
        for (const flow of flows) {
          const report = await rig.posts.client.tell('stop-flow', flow)
          // Who drains ends its flows at last: then the successor chooses anew.
          assert.ok(report.runs.length <= 1 + restarts, JSON.stringify(report))
          // Were it not handed over, nobody would answer for as long as a process takes to start.
          assert.ok(report.longestGapMs < Math.max(1000, result.restartMs), JSON.stringify(report))
        }
      })
    })
})
