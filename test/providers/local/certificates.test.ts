import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fingerprintOf } from '../../../providers/local/fingerprint.ts'
import { factIn, readMaterial } from '../../../providers/local/fetch-certificate.ts'
import { ProviderError } from '../../../src/provider/errors.ts'
import { selfSigned, type KeyPair } from '../../../src/sandbox/certificate.ts'
import type { Bed } from '../../support/bed.ts'
import { isTrue } from '../../conformance/subject.ts'
import { localBed } from './subject.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const first = selfSigned(['first.example'], now)
const second = selfSigned(['second.example'], now)
const secret = ({ certificate, key }: KeyPair) => ({ 'tls.crt': certificate, 'tls.key': key })
const print = ({ certificate, key }: KeyPair): string => fingerprintOf(certificate, key)

const withTls = { 'local.lb-controller.io/ssl-cert': 'web-tls' }
const ports = [{ name: 'https', port: 443, protocol: 'TCP' as const }]
const applyTls = (bed: Bed) => bed.apply('web', { ports }, withTls)

function served({ ledger }: ReturnType<typeof localBed>): string | undefined {
  const [listener] = ledger.records.listeners.values()
  return ledger.records.certificates.get(listener?.certificateId ?? '')?.fingerprint
}

async function withSecret() {
  const made = localBed()
  made.secrets.kept.set('shop/web-tls', secret(first))
  made.bed.start()
  applyTls(made.bed)
  await made.bed.calm()
  return made
}

test('a Secret that comes later is found within half a minute, and nothing is made before', async () => {
  const made = localBed()
  const { bed, secrets, watched } = made
  bed.start()
  applyTls(bed)
  await bed.calm()
  assert.equal(bed.condition('web')?.reason, 'LB_LOCAL_CERTIFICATE')
  assert.deepEqual(watched.writes, [])
  secrets.kept.set('shop/web-tls', secret(first))
  await bed.until('it serves', () => isTrue(bed, 'web'), 31_000)
  assert.equal(served(made), print(first))
  await bed.stop()
})

test('a renewed Secret: the new one is made, the listener turns to it in place, the old one goes', async () => {
  const made = await withSecret()
  const { bed, secrets, watched, ledger } = made
  const before = { id: made.listener().id, address: bed.address('web'), writes: watched.writes.length }
  secrets.kept.set('shop/web-tls', secret(second))
  await bed.until('it is taken over', () => served(made) === print(second), 31_000)
  await bed.calm()
  assert.deepEqual(watched.writes.slice(before.writes), [
    'createCertificate',
    'updateListener',
    'deleteCertificate',
  ])
  assert.equal(made.listener().id, before.id)
  assert.equal(bed.address('web'), before.address)
  assert.equal(ledger.records.certificates.size, 1)
  assert.equal(bed.condition('web')?.status, 'True')
  await bed.stop()
})

test('a Secret that breaks or goes: what is served stays, on the nodes of today, and the Service says why', async () => {
  const made = await withSecret()
  const { bed, secrets } = made
  for (const broken of [{ 'tls.crt': 'x', 'tls.key': 'y' }, undefined]) {
    if (broken === undefined) secrets.kept.delete('shop/web-tls')
    else secrets.kept.set('shop/web-tls', broken)
    await bed.pass(35_000)
    await bed.calm()
    assert.equal(served(made), print(first))
    assert.equal(bed.condition('web')?.reason, 'LB_LOCAL_CERTIFICATE')
  }
  bed.addNode(7)
  await bed.pass(5_000)
  assert.equal(made.listener().targets.length, 3)
  await bed.stop()
})

test('no key stands in plans, in the cluster, in events or in what is remembered', async () => {
  const { bed, ledger } = await withSecret()
  const told = JSON.stringify([bed.service('web'), bed.events, bed.condition('web')])
  const plan = JSON.stringify([...bed.manager.term!.inventory.all()])
  for (const text of [told, plan]) assert.doesNotMatch(text, /PRIVATE KEY|BEGIN CERT/)
  assert.ok(plan.includes(print(first)))
  assert.ok([...ledger.records.certificates.values()].some(({ key }) => key === first.key))
  await bed.stop()
})

test('the certificate went with the last Service that had it', async () => {
  const { bed, ledger } = await withSecret()
  await bed.pass(30_000)
  bed.delete('web')
  await bed.pass(30_000)
  assert.deepEqual(
    [ledger.records.addresses.size, ledger.records.listeners.size, ledger.records.certificates.size],
    [0, 0, 0],
  )
  await bed.stop()
})

const { signal } = new AbortController()
const read = (data: Readonly<Record<string, string>> | undefined | Error, source = 'shop/web-tls') =>
  readMaterial(
    source,
    {
      readSecret: () => (data instanceof Error ? Promise.reject(data) : Promise.resolve(data)),
      folder: undefined,
    },
    signal,
  )

const denied = new ProviderError({
  kind: 'denied',
  code: 'Forbidden',
  op: 'secrets:get',
  sent: 'no',
  message: 'no',
})

for (const { name, data, says } of [
  { name: 'none', data: undefined, says: /there is no Secret shop\/web-tls/ },
  { name: 'one of another type', data: { token: 'x' }, says: /holds token/ },
  { name: 'one that may not be read', data: denied, says: /may not be read/ },
  { name: 'no certificate', data: { 'tls.crt': 'x', 'tls.key': first.key }, says: /no PEM certificate/ },
  { name: 'no key', data: { 'tls.crt': first.certificate, 'tls.key': 'x' }, says: /no PEM key/ },
  {
    name: 'the key of another',
    data: { 'tls.crt': first.certificate, 'tls.key': second.key },
    says: /not that of its certificate/,
  },
])
  test(`a Secret: ${name}`, async () => {
    const found = await read(data)
    assert.ok('problem' in found)
    assert.equal(found.problem.code, 'LB_LOCAL_CERTIFICATE')
    assert.match(found.problem.message, says)
    assert.doesNotMatch(JSON.stringify(found), /PRIVATE/)
  })

test('an API server that does not answer is no verdict on the Secret', async () => {
  const gone = new ProviderError({
    kind: 'transient',
    code: 'Timeout',
    op: 'secrets:get',
    sent: 'no',
    message: 'x',
  })
  await assert.rejects(read(gone), (error) => error === gone)
})

test('files of the folder, and their absence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lb-controller-'))
  try {
    writeFileSync(join(folder, 'web.crt'), first.certificate)
    writeFileSync(join(folder, 'web.key'), first.key, { mode: 0o600 })
    const sources = { readSecret: undefined, folder }
    assert.deepEqual(await readMaterial('file:web', sources, signal), { material: first })
    const missing = await readMaterial('file:api', sources, signal)
    assert.match('problem' in missing ? missing.problem.message : '', /file:api cannot be read/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what is told of a certificate', () => {
  const old = selfSigned(['old.example'], Date.parse('2020-01-01T00:00:00Z'))
  assert.equal(factIn(first, now).expired, undefined)
  assert.equal(factIn(old, now).expired, true)
  assert.equal(factIn(first, now).fingerprint, print(first))
})
