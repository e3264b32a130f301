/** The clean-up of UDP flows against the kernel itself: rules by hand, one namespace, clients that never change their port. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { monotonicClock } from '../../src/lib/clock.ts'
import { FlowCleaner } from '../../src/node-proxy/conntrack/cleaner.ts'
import { conntrackTool } from '../../src/node-proxy/conntrack/tool.ts'
import type { ProxyEndpoint, ProxyTable, Row } from '../../src/node-proxy/table/row.ts'
import { silentLog } from '../../src/observe/log.ts'
import { family as settingsOf, row as rowOf } from '../node-proxy/userspace/rows.ts'
import { eventually, must } from './command.ts'
import { prefixOfRun, removeLeftovers, removeNamespaces } from './leftovers.ts'
import type { FlowReport } from './orders.ts'
import { startPost, type Post } from './post.ts'
import { whySkipped } from './requirements.ts'

const skip = await whySkipped()
const port = 53
const nodePort = 30_053
const podPort = 5353

interface Net {
  readonly family: 'IPv4' | 'IPv6'
  readonly table: string
  readonly cluster: string
  readonly node: string
  readonly range: string
  readonly a: string
  readonly b: string
}

const nets: readonly Net[] = [
  {
    family: 'IPv4',
    table: 'ip',
    cluster: '10.96.0.10',
    node: '192.0.2.1',
    range: '10.96.0.0/12',
    a: '10.200.1.5',
    b: '10.200.2.5',
  },
  {
    family: 'IPv6',
    table: 'ip6',
    cluster: 'fd96::10',
    node: '2001:db8::1',
    range: 'fd96::/108',
    a: 'fd20::1:5',
    b: 'fd20::2:5',
  },
]

const podsOf = ({ runs }: FlowReport) => runs.map(({ pod }) => pod)

const serviceOf =
  (net: (typeof nets)[number]) =>
  (...pods: readonly string[]): Row => {
    const serving = pods.map((address): ProxyEndpoint => ({ address, port: podPort, local: true }))
    const fields = {
      family: net.family,
      clusterAddress: net.cluster,
      nodePort,
      port,
      protocol: 'UDP',
    } as const
    return rowOf({
      ...fields,
      key: `x/dns:dns/UDP/${net.family}`,
      serving,
      cluster: serving,
      local: serving,
    })
  }

for (const net of nets)
  describe(`UDP clean-up in the kernel, ${net.family}`, { skip }, () => {
    let name: string
    let post: Post
    let cleaner: Running

    before(async () => {
      await removeLeftovers()
      name = `${await prefixOfRun()}-ct`
      await must(['ip', 'netns', 'add', name])
      const addresses = [net.cluster, net.node, net.a, net.b]
      const lines = addresses.map((address) => `addr add ${address} dev lo`)
      await must(['ip', '-n', name, '-batch', '-'], ['link set lo up', ...lines, ''].join('\n'))
      post = startPost(name)
      for (const pod of ['a', 'b'] as const)
        await post.tell('serve', [{ pod, address: net[pod], port: podPort }])
    })
    after(async () => {
      post?.process.kill()
      if (name !== undefined) await removeNamespaces([name])
    })
    beforeEach((t) => {
      cleaner = running(name)
      assert.ok('after' in t)
      t.after(() => cleaner.stop())
    })

    const inside = (command: readonly string[], input = '') =>
      must(['ip', 'netns', 'exec', name, ...command], input)

    /** Undefined: there is no rule; the packets are let through as they are. */
    const rules = (to: string | undefined) => {
      const end = to?.includes(':') === true ? `[${to}]` : to
      const [proto] = [net.table]
      const dnat = (match: string) => (end === undefined ? '' : `${match} dnat to ${end}:${podPort}\n`)
      return inside(
        ['nft', '-f', '-'],
        `table ${net.table} t\ndelete table ${net.table} t\ntable ${net.table} t {
          chain output { type nat hook output priority -100
            ${dnat(`${proto} daddr ${net.cluster} udp dport ${port}`)}
            ${dnat(`${proto} daddr ${net.node} udp dport ${nodePort}`)}
            ct state new accept
          }
        }\n`,
      )
    }

    const service = serviceOf(net)

    const written = (...rows: readonly Row[]) => {
      const settings = settingsOf({
        nodeAddresses: [net.node],
        serviceRanges: [net.range],
        nodePorts: { ranges: 'all', localhost: false },
      })
      const table: ProxyTable = {
        rows: new Map(rows.map((each) => [each.key, each])),
        healthChecks: new Map(),
        families: { [net.family]: settings },
      }
      cleaner.cleaner.written(table, [net.family])
    }

    const serveBy = async (pod: string | undefined) => {
      await rules(pod)
      written(...(pod === undefined ? [] : [service(pod)]))
    }

    const flowTo = (to: 'cluster' | 'node') =>
      post.tell('start-flow', {
        protocol: 'UDP',
        to: net[to],
        port: to === 'cluster' ? port : nodePort,
        everyMs: 10,
      })

    const soFar = (flow: number) => post.tell('flow-so-far', flow)

    /** What it sends from now on is on its way. */
    const sends = async (flow: number): Promise<void> => {
      const { sent } = await soFar(flow)
      await eventually('the flow sends', async () => (await soFar(flow)).sent > sent + 5)
    }

    /** And goes on to be: whoever would answer as well has had his turn. */
    const isAnsweredBy = async (flow: number, pod: string): Promise<void> => {
      let report: FlowReport | undefined
      let first: number | undefined
      await eventually(
        `the flow is answered by ${pod}`,
        async () => {
          report = await soFar(flow)
          const { pod: last, count = 0 } = report.runs.at(-1) ?? {}
          if (last === pod) first ??= count
          return first !== undefined && last === pod && count > first + 5
        },
        20_000,
        () => JSON.stringify(report),
      )
    }

    const reportOf = async (flow: number): Promise<FlowReport> => post.tell('stop-flow', flow)

    /**
     * Flows that began at an address of the Service. An answer that a pod gives after its flow was forgotten is a flow
     * of the pod's own, which no rule of the Service touches.
     */
    const trackedToService = async () => {
      const all = await inside(['conntrack', '-L', '-p', 'udp', '-f', net.family.toLowerCase()])
      const ports = [
        `dst=${net.cluster} sport=\\d+ dport=${port}`,
        `dst=${net.node} sport=\\d+ dport=${nodePort}`,
      ]
      const toService = new RegExp(`^udp +\\d+ \\d+ src=\\S+ (${ports.join('|')}) `)
      return all.split('\n').filter((line) => toService.test(line))
    }

    for (const to of ['cluster', 'node'] as const)
      test(`a client of the ${to} address follows when the pod is replaced`, async () => {
        await serveBy(net.a)
        const flow = await flowTo(to)
        await isAnsweredBy(flow, 'a')
        await rules(net.b)
        await sends(flow)
        written(service(net.b))
        await cleaner.rests()
        await isAnsweredBy(flow, 'b')
        const report = await reportOf(flow)
        assert.deepEqual(podsOf(report), ['a', 'b'], JSON.stringify(report))
      })

    test('a client is left with its pod while that serves, whoever else goes', async () => {
      await rules(net.a)
      written(service(net.a, net.b))
      await cleaner.rests()
      const flow = await flowTo('cluster')
      await isAnsweredBy(flow, 'a')
      await rules(net.b)
      written(service(net.a))
      await cleaner.rests()
      await sends(flow)
      await isAnsweredBy(flow, 'a')
      assert.deepEqual(podsOf(await reportOf(flow)), ['a'])
    })

    test('scaled to none and up again', async () => {
      await serveBy(net.a)
      const flow = await flowTo('cluster')
      await isAnsweredBy(flow, 'a')
      await rules(undefined)
      written(service())
      await cleaner.rests()
      await rules(net.b)
      written(service(net.b))
      await cleaner.rests()
      await isAnsweredBy(flow, 'b')
      assert.deepEqual(podsOf(await reportOf(flow)), ['a', 'b'])
    })

    test('the Service is deleted: nothing of it stays tracked', async () => {
      await serveBy(net.a)
      const flows = [await flowTo('cluster'), await flowTo('node')]
      for (const flow of flows) await isAnsweredBy(flow, 'a')
      await rules(undefined)
      assert.ok((await trackedToService()).length >= flows.length)
      for (const flow of flows) await reportOf(flow)
      written()
      await cleaner.rests()
      assert.deepEqual(await trackedToService(), [])
    })

    for (const to of ['cluster', 'node'] as const)
      test(`who sent to the ${to} address before there was a Service reaches it`, async () => {
        await rules(undefined)
        written()
        await cleaner.rests()
        const flow = await flowTo(to)
        await sends(flow)
        await rules(net.a)
        await sends(flow)
        written(service(net.a))
        await cleaner.rests()
        await isAnsweredBy(flow, 'a')
        assert.deepEqual(podsOf(await reportOf(flow)), ['a'])
      })

    test('what changed while nobody ran is found at the start', async () => {
      await rules(net.a)
      const flow = await flowTo('cluster')
      await isAnsweredBy(flow, 'a')
      await rules(net.b)
      await sends(flow)
      written(service(net.b))
      await cleaner.rests()
      await isAnsweredBy(flow, 'b')
      assert.deepEqual(podsOf(await reportOf(flow)), ['a', 'b'])
    })
  })

interface Running {
  readonly cleaner: FlowCleaner
  /** Resolves when it has done all that it was told. */
  rests(): Promise<void>
  stop(): Promise<void>
}

function running(namespace: string): Running {
  const stop = new AbortController()
  const cleaner = new FlowCleaner({
    tool: conntrackTool(['ip', 'netns', 'exec', namespace, 'conntrack']),
    clock: monotonicClock,
    log: silentLog,
  })
  const ended = cleaner.run(stop.signal)
  return {
    cleaner,
    rests: () => eventually('the clean-up is done', () => (cleaner.busy ? undefined : true)).then(() => {}),
    stop: async () => {
      stop.abort()
      await ended
    },
  }
}
