import { run } from './command.ts'

const tools: readonly (readonly [string, readonly string[]])[] = [
  ['ip (Debian: iproute2)', ['ip', '-V']],
  ['nft (Debian: nftables)', ['nft', '--version']],
  ['conntrack (Debian: conntrack)', ['conntrack', '--version']],
  ['setpriv (Debian: util-linux)', ['setpriv', '--version']],
]

/** What this machine lacks to run the suite; undefined when nothing. */
async function lacking(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'it needs Linux'
  if (process.getuid?.() !== 0) return 'it needs root, to make network namespaces'
  const missing: string[] = []
  for (const [name, command] of tools) {
    const works = await run(command).then(
      ({ code }) => code === 0,
      () => false,
    )
    if (!works) missing.push(name)
  }
  if (missing.length > 0) return `it needs ${missing.join(', ')}`
  const made = await run(['unshare', '--net', 'true'])
  return made.code === 0 ? undefined : `no network namespace can be made here: ${made.err.trim()}`
}

/** False, or why the whole file is skipped. Where CI says that it is CI, a lack is a failure. */
export async function whySkipped(): Promise<string | false> {
  const lack = await lacking()
  if (lack === undefined) return false
  if (process.env['CI'] === 'true') throw new Error(`the packets suite cannot run: ${lack}`)
  console.error(`\nPACKETS SKIPPED: ${lack}. No real packet was sent.\n`)
  return lack
}
