/**
 * What the maps hand to each other lies in the packet's priority for a few nanoseconds, between two lookups:
 *
 *     31        20 19              0
 *     [  code     ][   endpoint set ]   found by address, protocol and port
 *     [ endpoint    ][ affine set   ]   found by client, 16 bits each
 *
 * The code says what to do (which chain), the set says with whom. Sets with affinity are numbered by a hash of 16 bits
 * and carry bit 19, because the numbers of their endpoints outlive a restart in the affinity map.
 */
export const codes = { refuse: 1, drop: 2, first: 3, last: 0xfff } as const
export const codeMask = '0xfff00000'
export const setMask = '0x000fffff'
export const affineMask = '0x0000ffff'
export const affineBit = 0x80000
export const lastSet = affineBit - 1

export const valueOf = (code: number, set: number): string => classid(code * 0x100000 + set)

/** As nft writes a priority: two halves in hexadecimal. */
export const classid = (value: number): string =>
  `${Math.floor(value / 0x10000).toString(16)}:${(value % 0x10000).toString(16)}`
