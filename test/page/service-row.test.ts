import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceObject } from '../../src/model/objects.ts'
import { rowOf } from '../../src/page/service-row.ts'
import type { Row } from '../../src/page/wire.ts'
import { condition, serviceOf } from '../support/page-story.ts'

interface Case {
  readonly name: string
  readonly service: ServiceObject
  readonly row: Partial<Row>
}

const key = 'shop/web'
const address = '127.17.240.1'
const synced = condition('True', 'Synced', 'all there', 0)

const cases: readonly Case[] = [
  {
    name: 'nothing yet',
    service: serviceOf({ key }),
    row: { state: 'pending', address: '', note: 'waits for an address' },
  },
  {
    name: 'a class that may be somebody else’s',
    service: { metadata: { name: 'a' }, spec: { type: 'LoadBalancer', loadBalancerClass: 'x.example/lb' } },
    row: { state: 'pending', note: 'waits for an address from the controller of the class x.example/lb' },
  },
  {
    name: 'on its way',
    service: serviceOf({ key, condition: condition('False', 'Progressing', 'waiting: x', 0) }),
    row: { state: 'pending', note: 'waiting: x' },
  },
  {
    name: 'in place',
    service: serviceOf({ key, address, condition: synced }),
    row: { state: 'ready', address, note: '' },
  },
  { name: 'served by somebody else', service: serviceOf({ key, address }), row: { state: 'ready', address } },
  {
    name: 'an edit on its way to a load balancer that serves',
    service: serviceOf({ key, address, condition: condition('False', 'Moving', 'waiting', 0) }),
    row: { state: 'pending', address },
  },
  {
    name: 'an edit that is refused: what was accepted serves on',
    service: serviceOf({ key, address, condition: condition('False', 'LB_X', 'no', 0) }),
    row: { state: 'problem', address, note: 'no' },
  },
  {
    name: 'a cloud that fails',
    service: serviceOf({ key, condition: condition('False', 'CloudError', 'no quota', 0) }),
    row: { state: 'problem' },
  },
  {
    name: 'being deleted, whatever else is wrong',
    service: serviceOf({ key, address, leaving: true, condition: condition('False', 'LB_X', 'no', 0) }),
    row: { state: 'leaving', note: 'no' },
  },
  {
    name: 'inside the cluster',
    service: serviceOf({ key, type: 'ClusterIP', clusterIP: '10.0.0.1' }),
    row: { state: 'inner', address: '10.0.0.1' },
  },
  {
    name: 'a name for another',
    service: {
      metadata: { name: 'db', namespace: 'shop' },
      spec: { type: 'ExternalName', externalName: 'db.example' },
    },
    row: { state: 'inner', address: 'db.example', ports: '' },
  },
  {
    name: 'ports with their protocol where it is not TCP',
    service: serviceOf({ key, ports: [{ port: 53, protocol: 'UDP' }, { port: 53 }] }),
    row: { ports: '53/UDP 53' },
  },
]

for (const { name, service, row } of cases)
  test(`a line of the list: ${name}`, () => {
    const all = rowOf(service)
    for (const [field, value] of Object.entries(row)) assert.equal(all[field as keyof Row], value, field)
  })

test('a long note is cut', () => {
  const service = serviceOf({ key, condition: condition('False', 'LB_X', 'x'.repeat(9_000), 0) })
  assert.equal(rowOf(service).note.length, 160)
})
