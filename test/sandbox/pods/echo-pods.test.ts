import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { proxyHeader } from '../../../src/relay/proxy-header.ts'
import { isReady, withPods } from './pod-world.ts'

const base = 201

test('an echo pod becomes ready and says who it is', () =>
  withPods(base, async (world) => {
    world.add('web', { ports: [{ containerPort: 8080 }] })
    const { status } = await world.until('web', isReady)
    const answer = await fetch(`http://${status?.podIP}:8080/x`).then((response) => response.text())
    assert.match(answer, /^pod: web$/m)
    assert.match(answer, /^node: node-1$/m)
    assert.match(answer, /^client: 127\.0\.0\.1:\d+$/m)
    assert.match(answer, /^proxy: none$/m)
    assert.deepEqual(world.events(), ['Created', 'Pulled', 'Scheduled', 'Started'])
  }))

const answerTo = async (address: string, port: number, sent: string | Buffer): Promise<string> => {
  const socket = connect(port, address)
  socket.end(sent)
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  return text
}

const ends = {
  source: { address: '192.0.2.7', port: 4711 },
  destination: { address: '198.51.100.1', port: 80 },
}

const rows = [
  {
    name: 'bytes come back behind a line',
    sent: 'hello',
    answer: /^pod web on node-1, client [\d.:]+\nhello$/,
  },
  {
    name: 'a PROXY header is told',
    sent: Buffer.concat([proxyHeader('v2', ends), Buffer.from('hello')]),
    answer: /proxy header 192\.0\.2\.7:4711 to 198\.51\.100\.1:80\nhello$/,
  },
  {
    name: 'HTTP behind a PROXY header',
    sent: Buffer.concat([
      proxyHeader('v1', ends),
      Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
    ]),
    answer: /^proxy: 192\.0\.2\.7:4711 to 198\.51\.100\.1:80$/m,
  },
]
for (const { name, sent, answer } of rows)
  test(name, () =>
    withPods(base, async (world) => {
      world.add('web', { ports: [{ containerPort: 8080 }] })
      const { status } = await world.until('web', isReady)
      assert.match(await answerTo(status?.podIP ?? '', 8080, sent), answer)
    }),
  )

test('datagrams come back', () =>
  withPods(base, async (world) => {
    world.add('dns', { ports: [{ containerPort: 5353, protocol: 'UDP' }] })
    const { status } = await world.until('dns', isReady)
    const socket = createSocket('udp4')
    socket.send('hello', 5353, status?.podIP)
    const [message] = (await once(socket, 'message')) as [Buffer]
    socket.close()
    assert.match(String(message), /^pod dns on node-1, client [\d.:]+\nhello$/)
  }))
