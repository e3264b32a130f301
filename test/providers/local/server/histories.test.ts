import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { LocalRefusal, type LocalListenerWish } from '../../../../providers/local/api.ts'
import {
  createAddress,
  deleteAddress,
  heldOf,
  updateAddress,
} from '../../../../providers/local/server/addresses.ts'
import {
  createListener,
  deleteListener,
  updateListener,
} from '../../../../providers/local/server/listeners.ts'
import { parsePools } from '../../../../providers/local/server/pools.ts'
import { emptyRecords, type KeptListener, type Records } from '../../../../providers/local/server/records.ts'
import { parseState, stateText } from '../../../../providers/local/server/state-file.ts'

const parsed = parsePools(['one=10.0.0.1-10.0.0.2', 'two=10.0.1.1-10.0.1.3'])
assert.ok(parsed.ok)
const pools = parsed.value
const places = { one: ['10.0.0.1', '10.0.0.2'], two: ['10.0.1.1', '10.0.1.2', '10.0.1.3'] }

/** Numbers choose among what there is at that moment. */
const step = fc.oneof(
  fc.record({
    does: fc.constant('address' as const),
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    pool: fc.constantFrom(undefined, undefined, 'one', 'two'),
    address: fc.constantFrom(undefined, undefined, '10.0.0.2', '10.0.1.3', '10.9.9.9'),
    owner: fc.constantFrom('x', 'y'),
  }),
  fc.record({
    does: fc.constant('listener' as const),
    of: fc.nat(9),
    port: fc.constantFrom(53, 80),
    protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
    target: fc.constantFrom('10.2.0.1', '10.2.0.2'),
  }),
  fc.record({
    does: fc.constantFrom(
      'no address' as const,
      'no listener' as const,
      'retarget' as const,
      'retag' as const,
    ),
    of: fc.nat(9),
    stale: fc.boolean(),
  }),
  fc.record({ does: fc.constant('restart' as const) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const nth = <T>(map: ReadonlyMap<string, T>, of: number): T | undefined => [...map.values()][of % map.size]

function next(records: Records, one: Step): Records {
  switch (one.does) {
    case 'restart':
      return parseState(stateText(records))
    case 'address': {
      const { name, pool, address, owner } = one
      return createAddress(records, pools, {
        name,
        ...(pool === undefined ? {} : { pool }),
        ...(address === undefined ? {} : { address }),
        tags: { owner },
      }).records
    }
    case 'listener': {
      const wish: LocalListenerWish = {
        addressId: nth(records.addresses, one.of)?.id ?? 'none',
        protocol: one.protocol,
        port: one.port,
        targets: [{ address: one.target, port: 8080 }],
        scheduler: 'random',
        tags: {},
      }
      return createListener(records, wish).records
    }
    case 'no address':
      return deleteAddress(records, nth(records.addresses, one.of)?.id ?? 'none')
    case 'no listener':
      return deleteListener(records, nth(records.listeners, one.of)?.id ?? 'none')
    case 'retag': {
      const item = nth(records.addresses, one.of)
      const etag = one.stale ? '' : (item?.etag ?? '')
      return updateAddress(records, item?.id ?? 'none', { etag, set: { tags: { owner: 'z' } } }).records
    }
    case 'retarget':
      return retargeted(records, nth(records.listeners, one.of), one.stale)
    default:
      throw new Error('no such step')
  }
}

function retargeted(records: Records, item: KeptListener | undefined, stale: boolean): Records {
  const set = { targets: [], sources: ['10.0.0.0/8'] }
  return updateListener(records, item?.id ?? 'none', { etag: stale ? '' : (item?.etag ?? ''), set }).records
}

const addressesOf = (records: Records) => [...records.addresses.values()]
const isFree = (records: Records, address: string) =>
  !addressesOf(records).some((item) => item.address === address)

/** What a refusal says about the records must be so. */
function checkRefusal(records: Records, one: Step, { reason }: LocalRefusal): void {
  const said = `${one.does} ${reason}`
  const within = one.does === 'address' ? (one.pool === undefined ? ['one', 'two'] : [one.pool]) : []
  const inside = within.flatMap((name) => places[name as 'one'])
  switch (said) {
    case 'address exhausted':
      return assert.ok(inside.every((address) => !isFree(records, address)))
    case 'address taken':
      return assert.ok(one.does === 'address' && !isFree(records, one.address ?? ''))
    case 'address exists':
      return assert.ok(one.does === 'address' && addressesOf(records).some(({ name }) => name === one.name))
    case 'address invalid':
      return assert.ok(one.does === 'address' && one.address !== undefined && !inside.includes(one.address))
    case 'listener notFound':
    case 'no address notFound':
    case 'retag notFound':
      return assert.equal(records.addresses.size, 0)
    case 'no listener notFound':
    case 'retarget notFound':
      return assert.equal(records.listeners.size, 0)
    case 'retag stale':
    case 'retarget stale':
      return assert.ok('stale' in one && one.stale)
    case 'no address inUse':
    case 'listener taken':
      return assert.ok(records.listeners.size > 0)
    default:
      assert.fail(said)
  }
}

test('whatever is asked for, what is kept is sound, is read as it was written, and is refused for what is so', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      let records = emptyRecords('e')
      for (const one of steps) {
        let after = records
        try {
          after = next(records, one)
          seen.add(one.does)
        } catch (error) {
          if (!(error instanceof LocalRefusal)) throw error
          seen.add(`${one.does} ${error.reason}`)
          checkRefusal(records, one, error)
        }
        if (one.does === 'restart') assert.deepEqual(after, records)
        records = after
        const all = addressesOf(records)
        for (const key of ['name', 'address', 'id', 'etag'] as const)
          assert.equal(new Set(all.map((item) => item[key])).size, all.length, key)
        for (const name of ['one', 'two'] as const)
          for (const address of Object.keys(heldOf(records, name))) assert.ok(places[name].includes(address))
        const ports = [...records.listeners.values()]
        const keys = ports.map(({ addressId, protocol, port }) => `${addressId} ${protocol} ${port}`)
        assert.equal(new Set(keys).size, keys.length)
        for (const { addressId } of ports) assert.ok(records.addresses.has(addressId))
      }
    }),
    // Always the same ones: what they come to see below, others may not.
    { numRuns: 150, seed: 1 },
  )
  for (const one of [
    'address exhausted',
    'address taken',
    'address exists',
    'no address inUse',
    'listener taken',
  ])
    assert.ok(seen.has(one), one)
})
