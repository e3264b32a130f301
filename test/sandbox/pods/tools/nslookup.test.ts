import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import packet from 'dns-packet'
import { nslookup } from '../../../../src/sandbox/pods/tools/nslookup.ts'

const known: Readonly<Record<string, readonly packet.StringAnswer[]>> = {
  'web.a.svc.cluster.local A': [
    { type: 'A', name: 'web.a.svc.cluster.local', data: '127.7.192.5' },
    { type: 'A', name: 'web.a.svc.cluster.local', data: '127.7.192.6' },
  ],
}

function answer(this: Socket, bytes: Buffer, from: { readonly port: number; readonly address: string }) {
  const { id = 0, questions = [] } = packet.decode(bytes)
  const answers = questions.flatMap(({ name, type }) => known[`${name} ${type}`] ?? [])
  const flags = packet.AUTHORITATIVE_ANSWER | (answers.length === 0 ? 3 : 0)
  const reply = packet.encode({ type: 'response', id, flags, questions, answers: [...answers] })
  this.send(reply, from.port, from.address)
}

async function withServer(run: (server: string) => Promise<void>) {
  const socket = createSocket('udp4').on('message', answer).bind(0, '127.0.0.1')
  await once(socket, 'listening')
  try {
    await run(`127.0.0.1:${socket.address().port}`)
  } finally {
    socket.close()
  }
}

const resolvOf = (server: string) => ({
  server,
  search: ['a.svc.cluster.local', 'svc.cluster.local'],
  ndots: 5,
})

test('nslookup: a name is found by the search domains', () =>
  withServer(async (server) => {
    const said = await nslookup(['web'], resolvOf(server))
    assert.deepEqual(said, {
      out: `Server:    ${server}\nAddress 1: ${server}\n\nName:      web\nAddress 1: 127.7.192.5\nAddress 2: 127.7.192.6\n`,
      code: 0,
    })
  }))

test('nslookup: what is not there is an error', () =>
  withServer(async (server) => {
    const { err, code } = await nslookup(['nope'], resolvOf(server))
    assert.deepEqual([err, code], ["nslookup: can't resolve 'nope'\n", 1])
  }))

test('nslookup: a type that it does not know, and no name', async () => {
  const resolv = resolvOf('127.0.0.1')
  assert.match((await nslookup(['-type=mx', 'web'], resolv)).err ?? '', /use A, AAAA, CNAME, SRV or PTR/)
  assert.match((await nslookup([], resolv)).err ?? '', /^usage/)
})
