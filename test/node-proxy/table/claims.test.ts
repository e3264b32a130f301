import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { build, service } from '../objects.ts'

const nodePorts = (...numbers: readonly number[]) => ({
  ports: numbers.map((nodePort, at) => ({ name: `p${at}`, port: 80 + at, nodePort })),
})

const lb = { type: 'LoadBalancer' }
const local = { ...lb, externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 }

const old = '2026-01-01T00:00:00Z'
const young = '2026-02-01T00:00:00Z'
const named = (name: string, created: string, spec: ServiceObject['spec'] = {}, parts = {}) =>
  service(spec, { name, created, ...parts })

test('table: two Services want one address and port: the older has it, and the other all the rest', () => {
  const a = named('a', young, { externalIPs: ['198.51.100.5', '198.51.100.6'] })
  const b = named('b', old, { clusterIP: '10.96.0.2', externalIPs: ['198.51.100.5'] })
  const { table, notes } = build({ services: [a, b] })
  assert.deepEqual(table.rows.get('default/a:http/TCP/IPv4')?.externalAddresses, ['198.51.100.6'])
  assert.deepEqual(table.rows.get('default/b:http/TCP/IPv4')?.externalAddresses, ['198.51.100.5'])
  assert.deepEqual(
    notes.map(({ code, name, message }) => [code, name, message]),
    [
      [
        'LB_PROXY_ADDRESS_TAKEN',
        'a',
        '198.51.100.5 TCP 80 belongs to Service default/b, so this Service does not answer there',
      ],
    ],
  )
})

const holder = (built: ReturnType<typeof build>) =>
  [...built.table.rows.values()].filter((row) => row.externalAddresses.length > 0).map(({ name }) => name)

test('table: of the same age, the uid that comes first; who held it before keeps it', () => {
  const a = named('a', old, { externalIPs: ['198.51.100.5'] }, { uid: '2' })
  const b = named('b', old, { clusterIP: '10.96.0.2', externalIPs: ['198.51.100.5'] }, { uid: '1' })
  assert.deepEqual(holder(build({ services: [a, b] })), ['b'])
  const alone = build({ services: [a] })
  assert.deepEqual(holder(build({ services: [a, b], previous: alone.table })), ['a'])
  assert.deepEqual(
    holder(build({ services: [b], previous: alone.table })),
    ['b'],
    'nobody keeps what he does not want',
  )
})

test('table: another port or protocol at the same address is no conflict', () => {
  const a = named('a', old, { externalIPs: ['198.51.100.5'] })
  const b = named(
    'b',
    old,
    { clusterIP: '10.96.0.2', externalIPs: ['198.51.100.5'] },
    { ports: [{ port: 81 }] },
  )
  const c = named(
    'c',
    old,
    { clusterIP: '10.96.0.3', externalIPs: ['198.51.100.5'] },
    { ports: [{ port: 80, protocol: 'UDP' }] },
  )
  assert.deepEqual(build({ services: [a, b, c] }).notes, [])
})

test('table: somebody takes the cluster address of another for an external one, and gets nothing', () => {
  const victim = named('victim', old)
  const thief = named('thief', young, { clusterIP: '10.96.0.2', externalIPs: ['10.96.0.1'] })
  const { table } = build({ services: [thief, victim] })
  assert.equal(table.rows.get('default/victim:http/TCP/IPv4')?.clusterAddress, '10.96.0.1')
  assert.deepEqual(table.rows.get('default/thief:http/TCP/IPv4')?.externalAddresses, [])
})

test('table: a node port is one number for all families, and health ports are such numbers', () => {
  const a = named('a', old, { type: 'NodePort' }, nodePorts(31000))
  const b = named(
    'b',
    young,
    { ...local, clusterIPs: ['fd00:96::2'] },
    { ports: [{ port: 80, nodePort: 31000 }] },
  )
  const { table, notes } = build({ services: [a, b] })
  assert.equal(table.rows.get('default/b:/TCP/IPv6')?.nodePort, undefined)
  assert.equal(
    table.rows.get('default/b:/TCP/IPv6')?.externalLocal,
    false,
    'nothing outside reaches it any more',
  )
  assert.equal(table.healthChecks.size, 0)
  assert.deepEqual(
    notes.map(({ path }) => path),
    ['spec.ports'],
  )
})

test('table: a Service that loses all that it has of a port has no row', () => {
  const a = named('a', old)
  const { table } = build({ services: [a, named('b', young)] })
  assert.deepEqual([...table.rows.keys()], ['default/a:http/TCP/IPv4'])
})

test('table: one number in two ports of a Service: the first port has it', () => {
  const twice = service(
    {},
    {
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
    },
  )
  assert.deepEqual([...build({ services: [twice] }).table.rows.keys()], ['default/web:a/TCP/IPv4'])
})
