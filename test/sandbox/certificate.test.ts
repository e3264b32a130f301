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

test('two certificates have two serial numbers, without an empty first byte', () => {
  const serials = Array.from(
    { length: 20 },
    () => new X509Certificate(selfSigned(['a'], now).certificate).serialNumber,
  )
  assert.equal(new Set(serials).size, 20)
  for (const serial of serials) assert.equal(serial.length, 32)
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
