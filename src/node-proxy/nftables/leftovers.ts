import type { IpFamily } from '../../lib/ip.ts'
import { baseChains } from './frame.ts'
import type { Nft } from './nft.ts'
import { tableName, tableOf, word } from './words.ts'

/** What lies in our table, from a version or a load that may have been cut short. */
export interface Leftovers {
  /** The highest one that a name carries; 0 where there is none. */
  readonly generation: number
  readonly chains: readonly string[]
  readonly maps: readonly string[]
  readonly sets: readonly string[]
}

const kept: ReadonlySet<string> = new Set([...baseChains, 'affinity'])

/** These listings read names only, in every version of nft; `list table` reads all elements in some. */
export async function leftovers(nft: Nft, family: IpFamily, signal: AbortSignal): Promise<Leftovers> {
  const listing = await nft.list(
    ['chains', 'maps', 'sets'].map((kind) => `list ${kind} ${word(family)}\n`).join(''),
    signal,
  )
  const [chains, maps, sets] = [
    namesIn(listing, 'chain', family),
    namesIn(listing, 'map', family),
    namesIn(listing, 'set', family),
  ]
  const generations = [...chains, ...maps, ...sets].map((name) => Number(/-g(\d+)$/.exec(name)?.[1] ?? 0))
  return {
    generation: generations.reduce((most, one) => Math.max(most, one), 0),
    chains: chains.filter((name) => !kept.has(name)),
    maps: maps.filter((name) => !kept.has(name)),
    sets: sets.filter((name) => !kept.has(name)),
  }
}

/** Ends what is left over. Chains are emptied first, since they refer to the maps, which refer to the chains. */
export function removal({ chains, maps, sets }: Leftovers, family: IpFamily): string {
  const table = tableOf(family)
  return [
    ...chains.map((name) => `flush chain ${table} ${name}\n`),
    ...maps.map((name) => `delete map ${table} ${name}\n`),
    ...sets.map((name) => `delete set ${table} ${name}\n`),
    ...chains.map((name) => `delete chain ${table} ${name}\n`),
  ].join('')
}

/** Names of the objects in our table, in what nft lists of all tables of a family. */
export function namesIn(listing: string, kind: 'chain' | 'map' | 'set', family: IpFamily): readonly string[] {
  const names: string[] = []
  let ours = false
  for (const line of listing.split('\n')) {
    const table = /^table (\S+) (\S+) \{/.exec(line)
    if (table !== null) ours = table[1] === word(family) && table[2] === tableName
    const object = /^\t(chain|map|set) (\S+) \{/.exec(line)
    if (ours && object?.[1] === kind && object[2] !== undefined) names.push(object[2])
  }
  return names
}
