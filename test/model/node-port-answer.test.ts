import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedAnnotation } from '../../src/model/claim.ts'
import { nodePortAnswer } from '../../src/model/node-port-answer.ts'
import { service } from './service.ts'

const ports = [
  { port: 80, nodePort: 30080, name: 'web' },
  { port: 53, protocol: 'UDP' },
]

test('node-port answer: NodePort', () => {
  assert.deepEqual(nodePortAnswer(service({ type: 'NodePort', ports })), {
    sentence: 'shop/edge is of type NodePort: no load balancer. Every node answers on its NodePorts.',
    rows: ['TCP 80 (web)  <node>:30080', 'UDP 53  <node>:<NodePort, known at apply>'],
  })
})

test('node-port answer: a load balancer that it had goes', () => {
  const { sentence } = nodePortAnswer(
    service({ type: 'NodePort', ports }, { annotations: { [acceptedAnnotation]: '{}' } }),
  )
  assert.match(sentence, /The one that it had is removed\./)
})

test('node-port answer: the other types', () => {
  assert.deepEqual(nodePortAnswer(service({ type: 'ClusterIP', clusterIP: '10.0.0.9', ports })).rows, [
    'TCP 80 (web)  10.0.0.9:80',
    'UDP 53  10.0.0.9:53',
  ])
  assert.deepEqual(
    nodePortAnswer(service({ type: 'ClusterIP', clusterIP: 'None', ports: [{ port: 80 }] })).rows,
    ['TCP 80  the pods themselves'],
  )
  assert.match(
    nodePortAnswer(service({ type: 'ExternalName', externalName: 'a.example' })).sentence,
    /a\.example/,
  )
})
