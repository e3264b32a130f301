import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readProtobuf } from '../../../localstack/kubernetes/http/protobuf.ts'
import { call, serving } from './client.ts'

const number = (value: number) => Buffer.from(value < 128 ? [value] : [(value & 127) | 128, value >> 7])
const bytes = (field: number, value: Buffer | string) => {
  const content = Buffer.from(value)
  return Buffer.concat([number((field << 3) | 2), number(content.length), content])
}
const varint = (field: number, value: number) => Buffer.concat([number(field << 3), number(value)])
const message = (...parts: Buffer[]) => Buffer.concat(parts)

const sent = (kind: string, object: Buffer) =>
  message(
    Buffer.from('k8s\0'),
    bytes(1, message(bytes(1, 'v1'), bytes(2, kind))),
    bytes(2, object),
    bytes(4, 'application/vnd.kubernetes.protobuf'),
  )

const metadata = bytes(1, message(bytes(1, 'web'), bytes(11, message(bytes(1, 'app'), bytes(2, 'x')))))
const ports = [
  bytes(1, message(bytes(1, 'http'), varint(3, 80), bytes(4, message(varint(1, 0), varint(2, 8080))))),
  bytes(1, message(bytes(1, 'tls'), varint(3, 443), bytes(4, message(varint(1, 1), bytes(3, 'https'))))),
]
const service = sent(
  'Service',
  message(metadata, bytes(2, message(...ports, bytes(4, 'NodePort'), varint(20, 1)))),
)

test('a Service in protobuf is read', () => {
  assert.deepEqual(readProtobuf(service), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', labels: { app: 'x' } },
    spec: {
      type: 'NodePort',
      allocateLoadBalancerNodePorts: true,
      ports: [
        { name: 'http', port: 80, targetPort: 8080 },
        { name: 'tls', port: 443, targetPort: 'https' },
      ],
    },
  })
})

test('a kind without numbers, or another format, is not', () => {
  assert.equal(readProtobuf(sent('Pod', metadata)), undefined)
  assert.equal(readProtobuf(Buffer.from('{"kind":"Service"}')), undefined)
})

test('what cannot be read is answered with 415, and with 400 when it is broken', () =>
  serving(async (server) => {
    const ask = (body: string) =>
      call(server, '/api/v1/namespaces/default/services', {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.kubernetes.protobuf' },
        body,
      })
    assert.equal((await ask(sent('Pod', metadata).toString('latin1'))).code, 415)
    assert.equal((await ask(`k8s\0\x0f\x01`)).code, 400)
  }))
