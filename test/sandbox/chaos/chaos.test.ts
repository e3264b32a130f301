import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { Chaos, type ChaosParts } from '../../../src/sandbox/chaos/chaos.ts'
import type { MischiefWish } from '../../../src/sandbox/chaos/mischief.ts'

function bed() {
  const did: string[] = []
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
  const parts: ChaosParts = {
    state,
    pods: {
      kill: (namespace, name) => {
        note('kill')(namespace, name)
        return name !== 'waiting'
      },
      stopNode: (name) => (note('pods stop')(name), true),
      startNode: (name) => (note('pods start')(name), true),
    },
    networks: { stopNode: later('net stop'), startNode: note('net start'), slowNode: later('slow') },
    api: { refuseConnections: note('refuse') },
    controller: { restart: later('controller') },
    balancer: { restart: later('balancer') },
  }
  const chaos = new Chaos(parts)
  return {
    state,
    did,
    chaos,
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
  { name: 'the balancer', wish: { name: 'restart-cloud' }, did: ['balancer'], says: /started again/ },
  { name: 'nothing to undo of a kill', wish: { undo: true }, did: [], says: /heals by itself/ },
]
for (const { name, wish, did, says } of rows)
  test(`chaos: ${name}`, async () => {
    const { act, did: done } = bed()
    assert.match(await act(wish), says)
    assert.deepEqual(done, did)
  })

const refusals: readonly { name: string; wish: Partial<MischiefWish>; says: RegExp; hint: RegExp }[] = [
  {
    name: 'a pod that is not there',
    wish: { target: 'nobody' },
    says: /no pod default\/nobody/,
    hint: /get pods -A/,
  },
  { name: 'a pod in which nothing runs', wish: { target: 'shop/waiting' }, says: /nothing runs/, hint: /^$/ },
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
  const { act, did, chaos } = bed()
  await act({ name: 'stop-node' })
  await act({ name: 'stop-node', target: 'node-2' })
  assert.deepEqual(chaos.active, ['stop-node node-2'])
  await act({ name: 'stop-node', undo: true })
  assert.deepEqual(did, ['pods stop node-2', 'net stop node-2', 'net start node-2', 'pods start node-2'])
  assert.deepEqual(chaos.active, [])
})

test('chaos: all of a sort are mended at once, and another sort stays', async () => {
  const { act, chaos } = bed()
  await act({ name: 'slow-node', target: 'node-1' })
  await act({ name: 'slow-node', target: 'node-2' })
  await act({ name: 'partition-api' })
  await assert.rejects(act({ name: 'stop-node', undo: true }), { hint: /slow-node node-1, slow-node node-2/ })
  await act({ name: 'slow-node', undo: true })
  assert.deepEqual(chaos.active, ['partition-api'])
})
