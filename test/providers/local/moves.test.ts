import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTrue } from '../../conformance/subject.ts'
import type { Bed } from '../../support/bed.ts'
import { localBed } from './subject.ts'

const minute = 60_000
const pool = (name: string | null) => ({
  metadata: { annotations: { 'local.lb-controller.io/pool': name } },
})
const pin = (address: string | null) => ({ spec: { loadBalancerIP: address } })

async function begun(apply: (bed: Bed) => void) {
  const made = localBed()
  made.bed.start()
  apply(made.bed)
  await made.bed.calm()
  await made.bed.pass(minute)
  return made
}

const one = (): Promise<ReturnType<typeof localBed>> => begun((bed) => void bed.apply('web'))

const addressesOf = ({ ledger }: ReturnType<typeof localBed>): readonly string[] =>
  [...ledger.records.addresses.values()].map(({ address }) => address).toSorted()

test('another pool: both addresses serve through the grace, then the old one goes', async () => {
  const made = await one()
  const { bed, ledger } = made
  bed.edit('web', pool('edge'))
  await bed.until('the status switches', () => bed.address('web') === '127.14.241.1')
  assert.deepEqual(addressesOf(made), ['127.14.240.1', '127.14.241.1'])
  assert.equal(ledger.records.listeners.size, 2)
  await bed.pass(9 * minute)
  assert.equal(ledger.records.listeners.size, 2)
  await bed.pass(2 * minute)
  await bed.calm()
  assert.deepEqual(addressesOf(made), ['127.14.241.1'])
  await bed.stop()
})

test('a Service that pins what it has, and lets it go again, is not touched, nor after a restart', async () => {
  const made = await one()
  const { bed, watched } = made
  const writes = watched.writes.length
  bed.edit('web', pin('127.14.240.1'))
  await bed.pass(minute)
  bed.edit('web', pool('home'))
  await bed.pass(minute)
  await bed.stop()
  bed.start()
  await bed.pass(15 * minute)
  bed.edit('web', pin(null))
  bed.edit('web', pool(null))
  await bed.pass(15 * minute)
  await bed.stop()
  bed.start()
  await bed.pass(15 * minute)
  assert.equal(watched.writes.length, writes, watched.writes.slice(writes).join(', '))
  assert.equal(bed.address('web'), '127.14.240.1')
  assert.ok(isTrue(bed, 'web'))
  await bed.stop()
})

test('a Service that moved and drops its wish stays where it is', async () => {
  const made = await one()
  const { bed, watched } = made
  bed.edit('web', pool('edge'))
  await bed.pass(15 * minute)
  const writes = watched.writes.length
  bed.edit('web', pool(null))
  await bed.pass(15 * minute)
  assert.equal(watched.writes.length, writes)
  assert.equal(bed.address('web'), '127.14.241.1')
  await bed.stop()
})

test('who holds an address keeps it; who asks for it too is told by whom, and has it when it is free', async () => {
  const made = await begun((bed) => void bed.apply('web', { loadBalancerIP: '127.14.240.9' }))
  const { bed } = made
  bed.apply('api', { loadBalancerIP: '127.14.240.9' })
  await bed.calm()
  assert.equal(bed.address('web'), '127.14.240.9')
  assert.equal(bed.condition('api')?.reason, 'LB_CLOUD_TAKEN')
  assert.match(bed.condition('api')?.message ?? '', /127\.14\.240\.9 is held by shop\/web(?!@)/)
  bed.delete('web')
  await bed.until('the other one has it', () => bed.address('api') === '127.14.240.9', minute)
  await bed.stop()
})

test('a pool that is used up names who holds what; an address that is free again goes to who waits', async () => {
  const made = await begun((bed) => {
    for (const name of ['a', 'b']) bed.apply(name, {}, { 'local.lb-controller.io/pool': 'tiny' })
  })
  const { bed } = made
  bed.apply('c', {}, { 'local.lb-controller.io/pool': 'tiny' })
  await bed.calm()
  assert.equal(bed.condition('c')?.reason, 'LB_CLOUD_QUOTA')
  assert.match(bed.condition('c')?.message ?? '', /tiny[^]*shop\/a[^]*shop\/b/)
  bed.delete('a')
  await bed.until('it has an address', () => bed.address('c') !== undefined, minute)
  await bed.stop()
})

test('two Services of a group: of one port the older has it, the other keeps its own', async () => {
  const edge = { 'lb-controller.io/group': 'edge' }
  const made = await begun((bed) => void bed.apply('web', {}, edge))
  const { bed, ledger } = made
  const ports = [
    { name: 'http', port: 80, protocol: 'TCP' as const },
    { name: 'more', port: 81, protocol: 'TCP' as const },
  ]
  bed.apply('api', { ports }, edge)
  await bed.calm()
  await bed.pass(minute)
  assert.equal(bed.address('api'), bed.address('web'))
  assert.match(bed.condition('api')?.message ?? '', /LB_PART_TAKEN[^]*held by shop\/web/)
  assert.deepEqual(
    [...ledger.records.listeners.values()].map(({ port }) => port),
    [80, 81],
  )
  bed.delete('web')
  await bed.until(
    'the port is the other one’s',
    () => isTrue(bed, 'api') && ledger.records.listeners.size === 2,
  )
  await bed.stop()
})
