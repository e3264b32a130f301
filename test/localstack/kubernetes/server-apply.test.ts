import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, serving, type Reply } from './client.ts'
import { service } from './cluster.ts'
import type { ApiServer } from '../../../localstack/kubernetes/server.ts'

const headers = { 'content-type': 'application/apply-patch+yaml' }

function applying(server: ApiServer, manager: string, spec: string, force = false): Promise<Reply> {
  const body = `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: ${spec}`
  const path = `/api/v1/namespaces/default/services/web?fieldManager=${manager}&force=${force}`
  return call(server, path, { method: 'PATCH', headers, body })
}

const portsOf = ({ body }: Reply) =>
  (body.spec.ports as { port: number; protocol: string }[]).map(({ port, protocol }) => `${port}/${protocol}`)

test('apply creates, and its second time is no change', () =>
  serving(async (server) => {
    const first = await applying(server, 'a', '{ports: [{port: 80}]}')
    assert.equal(first.code, 201)
    const second = await applying(server, 'a', '{ports: [{port: 80}]}')
    assert.deepEqual([second.code, second.body], [200, first.body])
  }))

test('what a manager leaves out of its next configuration is removed, what others made is kept', () =>
  serving(async (server) => {
    server.state.create('services', service({ ports: [{ name: 'old', port: 80 }] }))
    const one = await applying(
      server,
      'a',
      '{ports: [{name: tcp, port: 53}, {name: udp, port: 53, protocol: UDP}]}',
    )
    assert.deepEqual(portsOf(one), ['53/TCP', '53/UDP', '80/TCP'])
    const two = await applying(server, 'a', '{ports: [{name: udp, port: 53, protocol: UDP}]}')
    assert.deepEqual(portsOf(two), ['53/UDP', '80/TCP'])
  }))

const conflicts: readonly { name: string; theirs: string; ours: string; says: string | undefined }[] = [
  {
    name: 'a value',
    theirs: '{ports: [{port: 80}], sessionAffinity: ClientIP}',
    ours: '{sessionAffinity: None}',
    says: 'Apply failed with 1 conflict: conflict with "a": .spec.sessionAffinity',
  },
  {
    name: 'an item of a list',
    theirs: '{ports: [{name: x, port: 80}]}',
    ours: '{ports: [{name: y, port: 80}]}',
    says: 'Apply failed with 1 conflict: conflict with "a": .spec.ports[port=80,protocol="TCP"].name',
  },
  {
    name: 'not: another item of the same list',
    theirs: '{ports: [{name: x, port: 80}]}',
    ours: '{ports: [{name: y, port: 81}]}',
    says: undefined,
  },
]

for (const row of conflicts)
  test(`two managers disagree about ${row.name}`, () =>
    serving(async (server) => {
      await applying(server, 'a', row.theirs)
      const { code, body } = await applying(server, 'b', row.ours)
      assert.equal(code, row.says === undefined ? 200 : 409)
      if (row.says !== undefined) assert.equal(body.message, row.says)
      assert.equal((await applying(server, 'b', row.ours, true)).code, 200)
    }))
