/** What of a sandbox can still be found on this machine. */
import { readdirSync, readFileSync } from 'node:fs'

/** Numbers of the processes that have this text among their arguments or in their environment. */
export const processesWith = (text: string): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => ['cmdline', 'environ'].some((file) => read(`/proc/${pid}/${file}`).includes(text)))

/** Listening TCP sockets on addresses that begin with `127.BASE.`, as `ADDRESS:PORT`. */
export const listeningAt = (base: number): readonly string[] =>
  read('/proc/net/tcp')
    .split('\n')
    .flatMap((line) => {
      const [, at = '', , state] = line.trim().split(/\s+/)
      const place = placeOf(at)
      return state === '0A' && place.startsWith(`127.${base}.`) ? [place] : []
    })

/** The kernel writes an address as a number of four bytes, the lowest first. */
function placeOf(text: string): string {
  const [address = '', port = ''] = text.split(':')
  const bytes = address.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? []
  return `${bytes.toReversed().join('.')}:${Number.parseInt(port, 16)}`
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/** Resolves when it holds, or after so long. */
export async function within(ms: number, holds: () => boolean): Promise<boolean> {
  const until = Date.now() + ms
  while (!holds()) {
    if (Date.now() > until) return false
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return true
}
