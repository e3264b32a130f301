import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import {
  array,
  assert as check,
  boolean,
  constantFrom,
  property,
  record,
  shuffledSubarray,
  tuple,
  type Arbitrary,
} from 'fast-check'
import { nextZones, remade, type ZoneChange, type Zones } from '../../../providers/aws/kinds/zones.ts'

const zoneOf = (subnet: string): string => subnet.slice(0, 1)
const change = (seen: Zones, want: Zones): ZoneChange => ({ seen, want, zoneOf, newFamily: false })

/** What AWS refuses: two subnets of a zone, an address twice, another subnet or address in a zone that stays. */
function refusal(before: Zones, now: Zones): string | undefined {
  const zones = Object.keys(now).map(zoneOf)
  if (zones.length === 0) return 'no zone'
  if (new Set(zones).size < zones.length) return 'two subnets of one zone'
  const held = Object.values(now).flatMap(({ AllocationId: id }) => (id === undefined ? [] : [id]))
  if (new Set(held).size < held.length) return 'an address twice'
  for (const [id, { AllocationId: has }] of Object.entries(before)) {
    const stays = Object.keys(now).find((other) => zoneOf(other) === zoneOf(id))
    if (stays !== undefined && (stays !== id || now[id]?.['AllocationId'] !== has)) return `${id} in place`
    if (has === undefined) continue
    const taker = Object.entries(now).find(
      ([other, chosen]) => other !== id && chosen['AllocationId'] === has,
    )
    if (taker !== undefined) return `${has} is still at ${id}`
  }
  return undefined
}

/** Some zones, each with one of two subnets, and an address or none. */
const someZones: Arbitrary<Zones> = tuple(
  shuffledSubarray(['a', 'b', 'c'], { minLength: 1 }),
  shuffledSubarray(['e1', 'e2', 'e3', 'e4'], { minLength: 3 }),
  array(record({ subnet: constantFrom('1', '2'), chosen: boolean() }), { minLength: 3, maxLength: 3 }),
).map(([zones, addresses, how]) =>
  Object.fromEntries(
    zones.map((zone, at): [string, Readonly<Record<string, string>>] => [
      `${zone}${how[at]?.subnet}`,
      how[at]?.chosen === true ? { AllocationId: addresses[at] ?? '' } : {},
    ]),
  ),
)

/** Every call on the way; undefined where no call leads on. */
function road(from: Zones, want: Zones): readonly Zones[] | undefined {
  const calls: Zones[] = []
  for (let seen = from; !isDeepStrictEqual(seen, want);) {
    const next = nextZones(change(seen, want))
    if (next === undefined) {
      assert.deepEqual(calls, [], 'it ends on the way')
      return undefined
    }
    calls.push(next)
    seen = next
    assert.ok(calls.length < 20, 'it goes on for ever')
  }
  return calls
}

test('whatever zones there are become those that are wanted, one after another, by calls that AWS takes', () => {
  check(
    property(someZones, someZones, (from, want) => {
      const calls = road(from, want)
      if (calls === undefined) {
        // Nothing can stand in for the one zone that is left.
        assert.equal(Object.keys(want).length, 1)
        assert.ok(remade(change(from, want)).length + givesAddress(from, want) > 0)
        return
      }
      let seen = from
      for (const now of calls) {
        assert.equal(refusal(seen, now), undefined)
        seen = now
      }
      // What leaves for another one to come in takes two calls; what is new comes first, and what is too much goes last.
      const leave = remade(change(from, want)).length + givesAddress(from, want)
      const standsIn = Object.keys(from).length === 1 ? 2 : 0
      assert.ok(calls.length <= 2 * leave + 2 + standsIn, `${calls.length} calls, and ${leave} zones leave`)
    }),
    { numRuns: 2_000 },
  )
})

/** How many zones go whose address another one is to have. */
const givesAddress = (from: Zones, want: Zones): number =>
  Object.entries(from).filter(
    ([id, { AllocationId: has }]) =>
      !Object.keys(want).some((other) => zoneOf(other) === zoneOf(id)) &&
      Object.values(want).some((asked) => has !== undefined && asked['AllocationId'] === has),
  ).length
