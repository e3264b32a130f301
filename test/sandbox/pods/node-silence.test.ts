import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { silenceNode } from '../../../src/sandbox/pods/node-silence.ts'

function bed() {
  const state = new ClusterState()
  state.addNode({ name: 'node-1', address: '192.0.2.1', podCIDRs: ['10.0.0.0/24'] })
  const look = () => {
    const { spec, status } = state.get('nodes', { name: 'node-1' })
    return JSON.stringify({ spec, status })
  }
  return { state, look }
}

test('a silent node is tainted and unknown, and afterwards as it was, byte for byte', () => {
  const { state, look } = bed()
  const before = look()
  const speak = silenceNode(state, 'node-1')
  assert.match(look(), /node\.kubernetes\.io\/unreachable/)
  assert.match(look(), /"type":"Ready","status":"Unknown"/)
  speak()
  assert.equal(look(), before)
})

test('what others did to a silent node stays', () => {
  const { state } = bed()
  const speak = silenceNode(state, 'node-1')
  state.patch('nodes', { name: 'node-1' }, { spec: { unschedulable: true } })
  speak()
  const { spec } = state.get('nodes', { name: 'node-1' })
  assert.equal(spec?.unschedulable, true)
  assert.equal(spec.taints, undefined)
})

test('a silent node that was deleted stays deleted', () => {
  const { state } = bed()
  const speak = silenceNode(state, 'node-1')
  state.delete('nodes', { name: 'node-1' })
  speak()
  assert.equal(state.find('nodes', { name: 'node-1' }), undefined)
})
