/** A UDP client that never changes its port must not be tied to a server that is gone. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { podNamed, type Space } from './addresses.ts'
import { eventually, sleep } from './command.ts'
import type { To } from './contract.ts'
import { addressOf, portOf, type ServiceSketch } from './objects.ts'
import { whySkipped } from './requirements.ts'
import type { FlowReport } from './orders.ts'
import { openRig, type Rig } from './rig.ts'

const skip = await whySkipped()
const endpointsOf = (...names: readonly string[]) => names.map((pod) => ({ pod, node: podNamed(pod).node }))

interface Row {
  readonly name: string
  readonly from: Space
  readonly to: To
  /** Who serves, one after the other; nobody, too. */
  readonly turns: readonly (readonly string[])[]
  readonly spec?: object
}

const rows: readonly Row[] = [
  { name: 'replaced on the same node', from: 'client', to: 'load-balancer', turns: [['a'], ['c']] },
  { name: 'replaced on another node', from: 'client', to: 'node-port', turns: [['a'], ['b']] },
  { name: 'scaled to none and up again', from: 'q1', to: 'cluster', turns: [['a'], [], ['b']] },
  { name: 'sent before there was any', from: 'client', to: 'external', turns: [[], ['a']] },
  { name: 'from this node itself', from: 'n1', to: 'cluster', turns: [['b'], ['a']] },
  {
    name: 'replaced with externalTrafficPolicy Local',
    from: 'client',
    to: 'load-balancer',
    turns: [['a'], ['d']],
    spec: { externalTrafficPolicy: 'Local' },
  },
]

const sketch = ({ turns, spec }: Row, n: number): ServiceSketch => ({
  name: `udp-${n}`,
  number: 10 + n,
  endpoints: endpointsOf(...(turns[0] ?? [])),
  ...(spec === undefined ? {} : { spec }),
})

for (const plane of ['nftables', 'userspace'] as const)
  describe(`UDP flows, ${plane}`, { skip }, () => {
    let rig: Rig
    before(async () => {
      rig = await openRig({ plane })
      await rig.cluster.add(...rows.map(sketch))
      rig.startProxy('n1')
      await rig.synced(['n1'])
    })
    after(() => rig.close())

    for (const [n, row] of rows.entries())
      test(`a flow goes on: ${row.name}`, async () => {
        const { from, to, turns } = row
        const service = sketch(row, n)
        const post = rig.posts[from]
        const where = { to: addressOf(service.number, to, 'IPv4'), port: portOf(service.number, to) }
        const flow = await post.tell('start-flow', { protocol: 'UDP', ...where, everyMs: 20 })
        // Tracked flows are ended off the path of the rules: a pass that began before is over first.
        const answeredBy = async (names: readonly string[]) => {
          if (names.length === 0) return sleep(300)
          let report: FlowReport | undefined
          await eventually(
            `the flow is answered by ${names.join()}`,
            async () => {
              report = await post.tell('flow-so-far', flow)
              return names.includes(report.runs.at(-1)?.pod ?? '')
            },
            30_000,
            () => JSON.stringify(report),
          )
        }
        await answeredBy(turns[0] ?? [])
        for (const names of turns.slice(1)) {
          await rig.cluster.endpoints({ ...service, endpoints: endpointsOf(...names) })
          await rig.synced(['n1'])
          await answeredBy(names)
        }
        await sleep(300)
        const report = await post.tell('stop-flow', flow)
        const answered = turns.flat()
        assert.deepEqual(
          report.runs.map(({ pod }) => pod),
          answered,
          JSON.stringify(report),
        )
      })
  })
