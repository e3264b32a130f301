import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { selfSigned } from '../../src/sandbox/certificate.ts'

const now = Date.UTC(2031, 5, 1)

test('a certificate names whom it is for, and vouches for itself', () => {
  const { certificate, key } = selfSigned(['kubernetes.default', '127.18.0.1'], now)
  const read = new X509Certificate(certificate)
  assert.equal(read.subjectAltName, 'DNS:kubernetes.default, IP Address:127.18.0.1')
  assert.equal(read.verify(read.publicKey), true)
  assert.equal(read.ca, true)
  assert.match(key, /^-----BEGIN PRIVATE KEY-----/)
  assert.ok(read.validFromDate.getTime() < now && now < read.validToDate.getTime())
})

test('certificates have serial numbers of their own, and are read whatever their length', () => {
  // One byte more each: some of them end with a full line.
  const read = Array.from(
    { length: 50 },
    (_, length) => new X509Certificate(selfSigned(['a'.repeat(length + 1)], now).certificate),
  )
  assert.equal(new Set(read.map(({ serialNumber }) => serialNumber)).size, 50)
  for (const { serialNumber } of read) assert.equal(serialNumber.length, 32)
})

test('a client that knows the certificate speaks with its server, one that does not refuses', async () => {
  const { certificate, key } = selfSigned(['127.0.0.1'], Date.now())
  const server = createServer({ cert: certificate, key }, (_request, response) => response.end('well'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const ask = (ca?: string) =>
    new Promise((resolve) => {
      get({ host: '127.0.0.1', port, agent: false, ...(ca === undefined ? {} : { ca }) }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
  try {
    assert.deepEqual([await ask(certificate), await ask()], [200, 'DEPTH_ZERO_SELF_SIGNED_CERT'])
  } finally {
    server.close()
  }
})
