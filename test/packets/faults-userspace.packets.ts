/** What goes wrong around a proxy that relays. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { at, machines } from './addresses.ts'
import { eventually, sleep } from './command.ts'
import { addressOf, nodePortOf, servicePort, type ServiceSketch } from './objects.ts'
import { comesTo, shot } from './one-shot.ts'
import type { Program } from './program.ts'
import { whySkipped } from './requirements.ts'
import { openRig, type Rig } from './rig.ts'

const skip = await whySkipped()
const here = { pod: 'a', node: 'n1' } as const
const there = { pod: 'b', node: 'n2' } as const
const web: ServiceSketch = { name: 'web', number: 10, endpoints: [here] }
const webAt = { to: addressOf(10, 'load-balancer', 'IPv4'), port: servicePort }
const node = at('lan', machines.n1[0], 'IPv4')

describe('faults around the proxy, userspace', { skip }, () => {
  let rig: Rig
  let proxy: Program
  before(async () => {
    rig = await openRig({ plane: 'userspace', flags: ['--sync-period', '1s'] })
    await rig.cluster.add(web)
    proxy = rig.startProxy('n1')
    await rig.synced(['n1'])
  })
  after(() => rig.close())

  test('the API server is away: what is there keeps serving, and changes follow when it is back', async () => {
    rig.apiServer.process.kill('SIGSTOP')
    try {
      for (let n = 0; n < 8; n++) {
        assert.match(await shot(rig, 'client', webAt), /^a from /)
        await sleep(500)
      }
    } finally {
      rig.apiServer.process.kill('SIGCONT')
    }
    await rig.cluster.endpoints({ ...web, endpoints: [there] })
    await comesTo(rig, 'client', webAt, /^b from /, 40_000)
    await rig.cluster.endpoints(web)
    await comesTo(rig, 'client', webAt, /^a from /)
  })

  test('an endpoint that is dead: another one answers, and the client does not notice', async () => {
    const dead = { pod: 'j', node: 'n2' } as const
    await rig.posts.p2.tell('silence', { pod: 'j' })
    await rig.cluster.endpoints({ ...web, endpoints: [here, dead] })
    await rig.synced(['n1'])
    const tally = await rig.posts.client.tell('burst', {
      shot: { protocol: 'TCP', timeoutMs: 20_000, ...webAt },
      count: 100,
      parallel: 10,
    })
    assert.deepEqual(Object.keys(tally), ['a from 10.244.1.1'])
    await rig.cluster.endpoints(web)
  })

  test('a NodePort that another program holds is served when it is free, all others meanwhile', async () => {
    await rig.posts.n1.tell('serve', [{ pod: 'squatter', address: node, port: nodePortOf(11) }])
    await rig.cluster.add({ name: 'taken', number: 11, endpoints: [here] })
    await comesTo(
      rig,
      'client',
      { to: addressOf(11, 'load-balancer', 'IPv4'), port: servicePort },
      /^a from /,
    )
    assert.match(await shot(rig, 'client', { to: node, port: nodePortOf(11) }), /^squatter from /)
    await eventually('it says so', () => proxy.output().includes('not served'), undefined, proxy.output)
    await rig.posts.n1.tell('silence', { pod: 'squatter' })
    await comesTo(rig, 'client', { to: node, port: nodePortOf(11) }, /^a from /, 60_000)
    await rig.cluster.drop('taken')
  })

  test('killed and started again, it serves again', async () => {
    await proxy.end('SIGKILL')
    proxy = rig.startProxy('n1')
    await comesTo(rig, 'client', webAt, /^a from /)
  })

  test('without any capability it serves NodePorts, and says what it may not', async () => {
    await proxy.end()
    proxy = rig.startProxy('n1', [], ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all'])
    await comesTo(rig, 'client', { to: node, port: nodePortOf(10) }, /^a from /)
    await eventually('it says so', () => proxy.output().includes('not served'), undefined, proxy.output)
  })
})
