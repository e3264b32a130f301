import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeOf, pathsOf, readSet, writeSet } from '../../../localstack/kubernetes/fields/field-set.ts'
import {
  idOf,
  readOwners,
  sameOwners,
  writeOwners,
  type Owned,
} from '../../../localstack/kubernetes/fields/managers.ts'
import { merged, without } from '../../../localstack/kubernetes/fields/merge.ts'
import { listOf, struct, text } from '../../../localstack/kubernetes/schema.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { cluster, faultOf } from './cluster.ts'

const orders: readonly { readonly live: string; readonly config: string; readonly to: string }[] = [
  { live: 'abc', config: 'b', to: 'abc' },
  { live: 'abc', config: '', to: 'abc' },
  { live: '', config: 'ba', to: 'ba' },
  { live: 'ab', config: 'xb', to: 'axb' },
  { live: 'ab', config: 'bx', to: 'abx' },
  { live: 'ab', config: 'xa', to: 'xab' },
  { live: 'abc', config: 'ca', to: 'bca' },
  { live: 'abcd', config: 'dbx', to: 'acdbx' },
  { live: 'abcd', config: 'bxd', to: 'abcxd' },
  { live: 'aabb', config: 'bb', to: 'ab' },
]

for (const { live, config, to } of orders)
  test(`a list of ${live || 'nothing'} with ${config || 'nothing'} applied is ${to}`, () => {
    const list = listOf(text, { set: true })
    assert.equal((merged(live.split(''), config.split(''), list) as string[]).join(''), to)
  })

test('what is no place of a value stays when a set of places goes', () => {
  const schema = struct('X', { one: text, whole: listOf(text), items: listOf(text, { set: true }) })
  const value = { one: 'a', whole: ['b'], items: ['c', 'd'] }
  assert.equal(without(value, { member: true, children: new Map() }, schema), value)
  assert.deepEqual(without(value, placeOf('f:whole', 'v:"b"'), schema), value)
  assert.deepEqual(without(value, placeOf('f:items', 'v:"c"'), schema), { ...value, items: ['d'] })
  assert.deepEqual(without(value, placeOf('f:one'), schema), { whole: ['b'], items: ['c', 'd'] })
})

test('a set of places is written in the order of its texts, and told level by level', () => {
  const fields = { 'f:b': {}, 'f:a': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:name': {} } } }
  const set = readSet({ ...fields, 'f:c': { 'v:"x"': {}, 'i:0': {} } })
  assert.deepEqual(Object.keys(writeSet(set)), ['f:a', 'f:b', 'f:c'])
  assert.deepEqual(pathsOf(set), [
    '.b',
    '.a[port=80,protocol="TCP"]',
    '.a[port=80,protocol="TCP"].name',
    '.c[0]',
    '.c[="x"]',
  ])
})

const entry = { manager: 'a', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' } as const
const good = { ...entry, fieldsV1: { 'f:spec': { 'f:type': {} } } }

const readable: readonly { readonly name: string; readonly given: unknown; readonly is: boolean }[] = [
  { name: 'an entry', given: [good], is: true },
  { name: 'an element of a list by its number', given: [{ ...good, fieldsV1: { 'i:1': {} } }], is: true },
  { name: 'nothing', given: [], is: false },
  { name: 'no list', given: good, is: false },
  { name: 'an entry beside one that is none', given: [good, { ...good, operation: 'Delete' }], is: false },
  { name: 'no object', given: [null], is: false },
  { name: 'a text for its fields', given: [{ ...good, fieldsV1: 'f:spec' }], is: false },
  { name: 'a text below a field', given: [{ ...good, fieldsV1: { 'f:spec': 'f:type' } }], is: false },
  { name: 'nothing below a field', given: [{ ...good, fieldsV1: { 'f:spec': null } }], is: false },
  { name: 'a field without its letter', given: [{ ...good, fieldsV1: { spec: {} } }], is: false },
  { name: 'keys that are no JSON', given: [{ ...good, fieldsV1: { 'k:port': {} } }], is: false },
  { name: 'keys that are no object', given: [{ ...good, fieldsV1: { 'k:80': {} } }], is: false },
]

for (const { name, given, is } of readable)
  test(`owners are ${is ? '' : 'not '}read from ${name}`, () => {
    assert.equal(readOwners(given) !== undefined, is)
    const state = cluster()
    const config = { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } } as ServiceObject
    const live = state.apply('services', config, { writer: { manager: 'me' } }).object
    const metadata = { ...live.metadata, managedFields: given }
    if (Array.isArray(given) && given.length === 0) return
    const after = state.update(
      'services',
      { ...live, metadata },
      {
        writer: { manager: 'you' },
      },
    )
    const [first] = (after.metadata as unknown as { managedFields: readonly { manager: string }[] })
      .managedFields
    assert.equal(first?.manager, is ? 'a' : 'me')
  })

test('whoever updates by another version of the API is another manager, and whoever applies is not', () => {
  const update = { manager: 'a', operation: 'Update', apiVersion: 'v1' } as const
  assert.notEqual(idOf(update), idOf({ ...update, apiVersion: 'v2' }))
  assert.notEqual(idOf(update), idOf({ ...update, subresource: 'status' }))
  const apply = { ...update, operation: 'Apply' } as const
  assert.equal(idOf(apply), idOf({ ...apply, apiVersion: 'v2' }))
})

const ownersAt = (...times: readonly string[]) =>
  new Map(
    times.map((time, at): [string, Owned] => {
      const manager = { manager: `m${at}`, operation: 'Update', apiVersion: 'v1' } as const
      return [idOf(manager), { manager, time, fields: placeOf(`f:x${at}`) }]
    }),
  )

test('of more than ten that update the oldest become one, and entries stand in the order of their time', () => {
  const minutes = [5, 11, 3, 9, 1, 7, 2, 10, 4, 8, 6, 12]
  const times = minutes.map((minute) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`)
  const written = writeOwners(ownersAt(...times))
  const names = ['ancient-changes', 'm8', 'm0', 'm10', 'm5', 'm9', 'm3', 'm7', 'm1', 'm11']
  assert.deepEqual(
    written.map(({ manager }) => manager),
    names,
  )
  assert.deepEqual(written[0]?.fieldsV1, { 'f:x2': {}, 'f:x4': {}, 'f:x6': {} })
  assert.equal(written[0]?.time, '2026-01-01T00:03:00Z')
  assert.equal(writeOwners(ownersAt(...times.slice(0, 10))).length, 10)
})

test('owners are the same whatever their times, and not where one owns more or another does', () => {
  const one = ownersAt('1', '2')
  assert.ok(sameOwners(one, ownersAt('3', '4')))
  assert.ok(!sameOwners(one, ownersAt('1')))
  assert.ok(!sameOwners(ownersAt('1'), one))
  const [[id, owned] = ['', undefined]] = one
  assert.ok(owned !== undefined)
  assert.ok(!sameOwners(one, new Map([...one, [id, { ...owned, fields: placeOf('f:y') }]])))
  const other = { ...owned, manager: { ...owned.manager, manager: 'other' } }
  const renamed = new Map([...one].filter(([own]) => own !== id))
  assert.ok(!sameOwners(one, renamed.set(idOf(other.manager), other)))
})

const config = (spec: object, more: object = {}) =>
  ({
    metadata: { name: 'web', ...more },
    spec: { ports: [{ port: 80 }], ...spec },
  }) as unknown as ServiceObject

const ownersOf = (object: ServiceObject) =>
  (object.metadata as unknown as { managedFields: readonly { manager: string; fieldsV1: object }[] })
    .managedFields

test('a struct goes with the last field that anybody owns in it', () => {
  const state = cluster()
  const apply = (spec: object) =>
    state.apply('services', config(spec), { writer: { manager: 'a' } }).object.spec as object
  const timed = { sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }
  assert.ok('sessionAffinityConfig' in apply({ sessionAffinity: 'ClientIP', ...timed }))
  assert.ok(!('sessionAffinityConfig' in apply({})))
})

test('nobody owns a status by the object, or a spec by its status', () => {
  const state = cluster()
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } }
  const both = { ...config({ sessionAffinity: 'ClientIP' }), status } as ServiceObject
  const whole = state.apply('services', both, { writer: { manager: 'a' } }).object
  assert.deepEqual(Object.keys(ownersOf(whole)[0]?.fieldsV1 ?? {}), ['f:spec'])
  const writer = { manager: 'b', subresource: 'status' }
  const shown = state.apply('services', both, { writer, subresource: 'status' }).object
  const fields = ownersOf(shown).find(({ manager }) => manager === 'b')?.fieldsV1
  assert.deepEqual(Object.keys(fields ?? {}), ['f:status'])
})

test('only kubectl takes over what kubectl applied from its own side, and only it keeps that note', () => {
  const key = 'kubectl.kubernetes.io/last-applied-configuration'
  const said = config({ sessionAffinity: 'ClientIP' })
  const noted = { annotations: { [key]: JSON.stringify(said) } }
  const state = cluster()
  state.create('services', config({ sessionAffinity: 'ClientIP' }, noted), { writer: { manager: 'x' } })
  const next = config({ sessionAffinity: 'None' })
  assert.equal(faultOf(() => state.apply('services', next, { writer: { manager: 'b' } })).code, 409)
  const forced = state.apply('services', next, { writer: { manager: 'b' }, force: true }).object
  assert.equal(forced.metadata.annotations?.[key], JSON.stringify(said))
  const fresh = cluster().apply('services', next, { writer: { manager: 'kubectl' } }).object
  assert.equal(fresh.metadata.annotations, undefined)
  for (const wrong of ['null', '{', '[]']) {
    const odd = cluster()
    odd.create('services', config({}, { annotations: { [key]: wrong } }), { writer: { manager: 'x' } })
    const taken = odd.apply('services', config({}), { writer: { manager: 'kubectl' } }).object
    assert.match(taken.metadata.annotations?.[key] ?? '', /^\{"metadata"/)
  }
})
