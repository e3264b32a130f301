import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { Chaos, type ChaosParts } from '../../../src/sandbox/chaos/chaos.ts'
import { VirtualClock } from '../../../src/lib/clock.ts'
import type { MischiefWish } from '../../../src/sandbox/chaos/mischief.ts'

function bed() {
  const did: string[] = []
  const stopped = new Set(['waiting'])
  const state = new ClusterState()
  state.create('namespaces', { metadata: { name: 'shop' } })
  for (const n of [1, 2])
    state.addNode({ name: `node-${n}`, address: `192.0.2.${n}`, podCIDRs: ['10.0.0.0/24'] })
  const pod = (name: string, node: string, ready: boolean) => {
    state.create('pods', {
      metadata: { name, namespace: 'shop' },
      spec: { nodeName: node, containers: [{ name: 'c', image: 'echo' }] },
    })
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }]
    state.patch('pods', { namespace: 'shop', name }, { status: { conditions } }, { subresource: 'status' })
  }
  pod('waiting', 'node-1', false)
  pod('web-1', 'node-2', true)
  pod('web-2', 'node-2', true)
  const note =
    (what: string) =>
    (...words: readonly unknown[]) =>
      void did.push([what, ...words].join(' '))
  const later =
    (what: string) =>
    (...words: readonly unknown[]) =>
      Promise.resolve(note(what)(...words))
  const clock = new VirtualClock()
  const parts: ChaosParts = {
    clock,
    state,
    pods: {
      kill: (namespace, name) => {
        note('kill')(namespace, name)
        return !stopped.has(name)
      },
      stopNode: (name) => (note('pods stop')(name), true),
      startNode: (name) => (note('pods start')(name), true),
    },
    networks: { stopNode: later('net stop'), startNode: note('net start'), slowNode: later('slow') },
    api: { refuseConnections: note('refuse') },
    controller: { restart: later('controller') },
    balancer: {
      async restart() {
        note('balancer')()
        await clock.sleep(200)
        note('balancer is back')()
      },
    },
  }
  const chaos = new Chaos(parts)
  return {
    clock,
    did,
    stopped,
    chaos,
    broken: () => chaos.broken.map(({ what }) => what),
    act: (wish: Partial<MischiefWish>) => chaos.carryOut({ name: 'kill-pod', undo: false, ...wish }),
  }
}

const rows: readonly { name: string; wish: Partial<MischiefWish>; did: readonly string[]; says: RegExp }[] = [
  { name: 'the first ready pod', wish: {}, did: ['kill shop web-1'], says: /shop\/web-1/ },
  { name: 'a pod by name', wish: { target: 'shop/web-2' }, did: ['kill shop web-2'], says: /shop\/web-2/ },
  {
    name: 'the fullest node',
    wish: { name: 'stop-node' },
    did: ['pods stop node-2', 'net stop node-2'],
    says: /^node-2/,
  },
  {
    name: 'a slow node',
    wish: { name: 'slow-node', target: 'node-1', ms: 70 },
    did: ['slow node-1 70'],
    says: /70 ms/,
  },
  { name: 'no API server', wish: { name: 'partition-api' }, did: ['refuse true'], says: /refuses all/ },
  { name: 'the controller', wish: { name: 'restart-controller' }, did: ['controller'], says: /begun anew/ },
  { name: 'nothing to undo of a kill', wish: { undo: true }, did: [], says: /heals by itself/ },
]
for (const { name, wish, did, says } of rows)
  test(`chaos: ${name}`, async () => {
    const { act, did: done } = bed()
    assert.match((await act(wish)).did, says)
    assert.deepEqual(done, did)
  })

const refusals: readonly { name: string; wish: Partial<MischiefWish>; says: RegExp; hint: RegExp }[] = [
  {
    name: 'a pod that is not there',
    wish: { target: 'nobody' },
    says: /no pod default\/nobody/,
    hint: /get pods -A/,
  },
  {
    name: 'a pod in which nothing runs',
    wish: { target: 'shop/waiting' },
    says: /nothing runs in shop\/waiting/,
    hint: /get pods/,
  },
  {
    name: 'a node that is not there',
    wish: { name: 'stop-node', target: 'node-9' },
    says: /no node node-9/,
    hint: /node-1, node-2/,
  },
  {
    name: 'a name where none is taken',
    wish: { name: 'partition-api', target: 'x' },
    says: /takes no name/,
    hint: /whole sandbox/,
  },
  { name: 'milliseconds of another', wish: { ms: 5 }, says: /no milliseconds/, hint: /slow-node/ },
  {
    name: 'to mend what is whole',
    wish: { name: 'stop-node', undo: true },
    says: /was not done/,
    hint: /nothing is broken/,
  },
]
for (const { name, wish, says, hint } of refusals)
  test(`chaos refuses ${name}`, async () => {
    await assert.rejects(bed().act(wish), (error: Error & { hint?: string }) => {
      assert.match(error.message, says)
      assert.match(error.hint ?? '', hint)
      return true
    })
  })

test('chaos: a node is stopped once, and mended', async () => {
  const { act, did, broken } = bed()
  await act({ name: 'stop-node' })
  await act({ name: 'stop-node', target: 'node-2' })
  assert.deepEqual(broken(), ['stop-node node-2'])
  await act({ name: 'stop-node', undo: true })
  assert.deepEqual(did, ['pods stop node-2', 'net stop node-2', 'net start node-2', 'pods start node-2'])
  assert.deepEqual(broken(), [])
})

test('chaos: all of a sort are mended at once, and another sort stays', async () => {
  const { act, broken } = bed()
  await act({ name: 'slow-node', target: 'node-1' })
  await act({ name: 'slow-node', target: 'node-2' })
  await act({ name: 'partition-api' })
  await assert.rejects(act({ name: 'stop-node', undo: true }), { hint: /slow-node node-1, slow-node node-2/ })
  await act({ name: 'slow-node', undo: true })
  assert.deepEqual(broken(), ['partition-api'])
})

test('chaos: the first ready pod in which something runs', async () => {
  const { act, did, stopped } = bed()
  stopped.add('web-1')
  assert.match((await act({})).did, /shop\/web-2/)
  assert.deepEqual(did, ['kill shop web-1', 'kill shop web-2'])
  stopped.add('web-2')
  await assert.rejects(act({}), /nothing runs in shop\/web-1, shop\/web-2/)
})

test('chaos: one thing after the other, and the end waits for it', async () => {
  const { act, did, chaos, clock } = bed()
  const began = clock.now()
  const both = [act({ name: 'restart-cloud' }), act({ name: 'restart-cloud' })]
  await clock.advance(200)
  await clock.advance(200)
  assert.deepEqual(did, ['balancer', 'balancer is back', 'balancer', 'balancer is back'])
  assert.deepEqual(
    (await Promise.all(both)).map(({ at }) => at - began),
    [0, 200],
  )
  const third = act({ name: 'restart-cloud' })
  await clock.advance(100)
  const fourth = assert.rejects(act({ name: 'restart-cloud' }), /the sandbox is ending/)
  const end = chaos.close()
  await clock.advance(100)
  await Promise.all([third, fourth, end])
  assert.equal(did.length, 6)
})

test('chaos: all is mended at once, the latest first', async () => {
  const { act, did, chaos, broken } = bed()
  assert.match((await chaos.mendAll()).did, /nothing is broken/)
  await act({ name: 'slow-node', target: 'node-1' })
  await act({ name: 'partition-api' })
  did.length = 0
  assert.match((await chaos.mendAll()).did, /^mended: partition-api, slow-node node-1$/)
  assert.deepEqual([did, broken()], [['refuse false', 'slow node-1 '], []])
})
