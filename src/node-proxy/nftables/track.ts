import type { IpFamily } from '../../lib/ip.ts'
import type { Nft } from './nft.ts'
import { tableName, word } from './words.ts'

const families: readonly IpFamily[] = ['IPv4', 'IPv6']

/**
 * Makes the kernel load what tracks connections, by a rule that asks for their state: in a table of its own and in a
 * chain that no packet sees, both gone at once. What was loaded stays. A kernel without IPv6 tracks IPv4 all the same.
 */
export async function trackConnections(nft: Nft, signal: AbortSignal): Promise<void> {
  const tried = await Promise.allSettled(
    families.map(async (family) => {
      const table = `${word(family)} ${tableName}-scratch`
      await nft.run(
        `add table ${table}\nadd chain ${table} unused\nadd rule ${table} unused ct state new accept\n`,
        signal,
      )
      await nft.run(`delete table ${table}\n`, signal)
    }),
  )
  const [first, second] = tried
  if (first?.status === 'rejected' && second?.status === 'rejected') throw first.reason
}
