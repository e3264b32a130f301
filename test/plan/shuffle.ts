import { assert, constantFrom, property, shuffledSubarray, tuple, constant, type Arbitrary } from 'fast-check'

/** One of some lists, and the same list in another order. */
export const dependent = <T>(lists: readonly (readonly T[])[]): Arbitrary<[readonly T[], readonly T[]]> =>
  constantFrom(...lists).chain((list) =>
    tuple(constant(list), shuffledSubarray([...list], { minLength: list.length })),
  )

export const check = <T>(values: Arbitrary<T>, holds: (value: T) => void): void =>
  assert(
    property(values, (value) => holds(value)),
    { seed: 7 },
  )
