import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unservedPorts } from '../../src/sandbox/state.ts'

const ports = [
  { port: 80, protocol: 'TCP', error: 'lb-controller.io/NotServed' },
  { port: 53, protocol: 'UDP' },
]

test('a port that its balancer cannot serve is told from those that it serves', () => {
  assert.deepEqual(unservedPorts({ loadBalancer: { ingress: [{ ip: '127.1.240.1', ports }] } }), [80])
  assert.deepEqual(unservedPorts({ loadBalancer: { ingress: [{ hostname: 'a' }] } }), [])
  assert.deepEqual(unservedPorts(undefined), [])
})
