import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyObject } from '../../../localstack/kubernetes/object.ts'
import { cluster, faultOf } from './cluster.ts'

const secret = (fields: object) => ({ metadata: { name: 's' }, ...fields }) as AnyObject

test('plain text of a Secret becomes data, over what is there', () => {
  const { data, stringData, type } = cluster().create(
    'secrets',
    secret({ data: { a: 'QQ==', b: 'Qg==' }, stringData: { a: 'z' } }),
  )
  assert.deepEqual(
    { data, stringData, type },
    { data: { a: 'eg==', b: 'Qg==' }, stringData: undefined, type: 'Opaque' },
  )
})

function twice(resource: 'secrets' | 'configmaps', first: object, second: object): void {
  const state = cluster()
  state.create(resource, secret(first))
  state.patch(resource, 's', second)
}

const refused = [
  {
    name: 'a TLS Secret without its key',
    run: () =>
      cluster().create('secrets', secret({ type: 'kubernetes.io/tls', data: { 'tls.crt': 'QQ==' } })),
    says: 'Secret "s" is invalid: data[tls.key]: Required value',
  },
  {
    name: 'another type',
    run: () => twice('secrets', {}, { type: 'x.example/y' }),
    says: 'Secret "s" is invalid: type: Invalid value: "x.example/y": field is immutable',
  },
  {
    name: 'a change of an immutable Secret',
    run: () => twice('secrets', { immutable: true }, { data: { a: 'QQ==' } }),
    says: 'Secret "s" is invalid: data: Forbidden: field is immutable when `immutable` is set',
  },
  {
    name: 'taking immutability back',
    run: () => twice('configmaps', { immutable: true }, { immutable: false }),
    says: 'ConfigMap "s" is invalid: immutable: Forbidden: field is immutable when `immutable` is set',
  },
]
for (const { name, run, says } of refused)
  test(`refused: ${name}`, () => {
    assert.equal(faultOf(run).message, says)
  })
