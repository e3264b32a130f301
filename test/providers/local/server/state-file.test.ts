import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createAddress } from '../../../../providers/local/server/addresses.ts'
import { createCertificate } from '../../../../providers/local/server/certificates.ts'
import { createListener } from '../../../../providers/local/server/listeners.ts'
import { parsePools } from '../../../../providers/local/server/pools.ts'
import { emptyRecords, type Records } from '../../../../providers/local/server/records.ts'
import {
  parseState,
  readState,
  stateText,
  writeState,
} from '../../../../providers/local/server/state-file.ts'
import { selfSigned } from '../../../relay/certificate.ts'

function full(): Records {
  const pools = parsePools(['home=10.0.0.0/24'])
  assert.ok(pools.ok)
  const address = createAddress(emptyRecords('abc'), pools.value, { name: 'web', tags: { a: 'b' } })
  const certificate = createCertificate(address.records, { name: 'web', ...selfSigned('web'), tags: {} })
  return createListener(certificate.records, {
    addressId: address.value.id,
    protocol: 'TCP',
    port: 443,
    targets: [{ address: '10.1.0.1', port: 30080, weight: 2 }],
    healthCheck: {
      protocol: 'HTTP',
      path: '/healthz',
      intervalMs: 1000,
      timeoutMs: 500,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    },
    sources: [],
    scheduler: 'random',
    certificateId: certificate.value.id,
    tags: {},
  }).records
}

const records = full()
const now = new Date(0)

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lb-state-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

test('what was written is read', async (t) => {
  const folder = await folderOf(t)
  assert.deepEqual(await readState(folder, 'new', now), { records: emptyRecords('new') })
  await writeState(folder, emptyRecords('abc'))
  await writeState(folder, records)
  assert.deepEqual(await readState(folder, 'new', now), { records })
  assert.deepEqual(await readdir(folder), ['state.json'])
  assert.equal((await stat(join(folder, 'state.json'))).mode & 0o777, 0o600)
})

test('a write that did not end has changed nothing', async (t) => {
  const folder = await folderOf(t)
  await writeState(folder, records)
  await writeFile(join(folder, 'state.json.new'), stateText(records).slice(0, 100))
  assert.deepEqual(await readState(folder, 'new', now), { records })
})

test('no part of the file is taken for the whole', () => {
  const text = stateText(records).trimEnd()
  for (let length = 0; length < text.length; length += 7)
    assert.throws(() => parseState(text.slice(0, length)))
})

const state = JSON.parse(stateText(records)) as Record<string, unknown>
const edited = (table: string, change: object): Record<string, unknown> => ({
  ...state,
  [table]: [{ ...(state[table] as object[])[0], ...change }],
})

const twice = (table: string, change: object): Record<string, unknown> => {
  const items = state[table] as object[]
  return { ...state, [table]: [...items, { ...items[0], ...change }] }
}

const broken: readonly { name: string; state: unknown; says: RegExp }[] = [
  { name: 'no object', state: [], says: /no object/ },
  { name: 'of another version', state: { ...state, version: 2 }, says: /version 2; this server reads 1/ },
  { name: 'without its epoch', state: { ...state, epoch: undefined }, says: /epoch/ },
  { name: 'with half a table', state: { ...state, listeners: {} }, says: /listeners is no list/ },
  { name: 'with an item of nobody', state: edited('addresses', { id: 7 }), says: /no id/ },
  {
    name: 'with a range that is none',
    state: edited('listeners', { sources: ['all'] }),
    says: /^listener-abc-3: sources/,
  },
  {
    name: 'with a listener of no address',
    state: { ...state, addresses: [] },
    says: /its address is missing/,
  },
  {
    name: 'with an id that is still to come',
    state: { ...state, revision: 2 },
    says: /^listener-abc-3 with/,
  },
  {
    name: 'with an etag that is still to come',
    state: edited('addresses', { etag: 'abc-4' }),
    says: /abc-4 is not/,
  },
  {
    name: 'with an id without a number',
    state: edited('addresses', { id: 'mine' }),
    says: /^mine with etag/,
  },
  { name: 'with an id twice', state: twice('certificates', {}), says: /it holds certificate-abc-2 twice/ },
  {
    name: 'with a name twice',
    state: twice('addresses', { id: 'address-abc-2' }),
    says: /holds the name web twice/,
  },
  {
    name: 'with an address twice',
    state: twice('addresses', { id: 'address-abc-2', name: 'other' }),
    says: /it holds 10\.0\.0\.1 twice/,
  },
  {
    name: 'with a port twice',
    state: twice('listeners', { id: 'listener-abc-2' }),
    says: /it holds TCP 443 of address address-abc-1 twice/,
  },
  {
    name: 'with a key of another',
    state: edited('certificates', { key: selfSigned('x').key }),
    says: /key belongs/,
  },
]

for (const { name, state, says } of broken)
  test(`a file ${name} is kept aside, whole`, async (t) => {
    const folder = await folderOf(t)
    const text = JSON.stringify(state)
    await writeFile(join(folder, 'state.json'), text)
    const found = await readState(folder, 'new', now)
    assert.deepEqual(found.records, emptyRecords('new'))
    assert.match(found.broken?.why ?? '', says)
    assert.deepEqual(await readdir(folder), ['state.json.broken-1970-01-01T00-00-00.000Z'])
    assert.equal(await readFile(found.broken?.keptAt ?? '', 'utf8'), text)
  })
