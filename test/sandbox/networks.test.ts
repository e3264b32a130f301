import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { layoutOf } from '../../src/sandbox/layout.ts'
import { Networks } from '../../src/sandbox/networks.ts'
import { partsOf } from './net/bed.ts'

const layout = layoutOf(217, 2)
const health = 10_256

/** Whether somebody listens there, or why not. */
const reach = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve('connected')
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })

async function bed(t: TestContext) {
  const { state, api, log, translation } = await partsOf(layout)
  const networks = await Networks.open(state, { api, layout, translation, log })
  t.after(() => networks.close())
  const [first, second] = layout.nodes
  assert.ok(first !== undefined && second !== undefined)
  return { state, networks, first, second }
}

test('a node that is stopped stays so, whatever is written of it, until it is started', async (t) => {
  const { state, networks, first, second } = await bed(t)
  await networks.stopNode(first.name)
  state.patch('nodes', { name: first.name }, { spec: { unschedulable: true } })
  assert.equal(networks.node(first.name), undefined)
  assert.equal(await reach(first.address, health), 'ECONNREFUSED')
  assert.notEqual(networks.node(second.name), undefined)
  networks.startNode(first.name)
  await networks.node(first.name)?.ready
  assert.notEqual(networks.node(first.name), undefined)
})

test('a node that was deleted while it was stopped is not started, and one of its name comes up as it is', async (t) => {
  const { state, networks, first } = await bed(t)
  await networks.stopNode(first.name)
  state.delete('nodes', { name: first.name })
  networks.startNode(first.name)
  assert.equal(networks.node(first.name), undefined)
  state.addNode({ name: first.name, address: first.address, podCIDRs: [first.podRange] })
  assert.notEqual(networks.node(first.name), undefined)
})

test('a node that is started right after it was stopped waits for its old listeners, then serves', async (t) => {
  const { networks, first } = await bed(t)
  const stopped = networks.stopNode(first.name)
  networks.startNode(first.name)
  assert.equal(networks.node(first.name), undefined)
  await stopped
  await networks.node(first.name)?.ready
  assert.equal(await reach(first.address, health), 'connected')
})
