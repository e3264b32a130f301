import { isIP } from 'node:net'

/** What the line of a web client is made with. */
export interface PodSide {
  /** The pod's own address, from which it connects. */
  readonly address: string | undefined
  /** Undefined: nothing in the cluster has that name. */
  readonly resolve: (host: string) => Promise<string | undefined>
  /** The real path of a file that is mounted in the pod. */
  readonly path: (path: string) => string
}

const url =
  /^(?<before>(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/?#]*@)?)(?<host>[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?)(?<port>:\d+)?(?<after>[/?#].*)?$/i

/** The pod itself: it shares these with the whole machine. */
const own = new Set(['localhost', '127.0.0.1', '0.0.0.0'])

async function targetOf(host: string, { address, resolve }: PodSide): Promise<string | undefined> {
  if (own.has(host)) return address
  return isIP(host) === 0 ? resolve(host) : undefined
}

const mapped = (args: readonly string[], { path }: PodSide) =>
  args.map((arg) => {
    const [, before = '', file] = /^(--[a-z-]+=|@|[A-Za-z0-9_-]+=@)?(\/.*)$/.exec(arg) ?? []
    return file === undefined ? arg : before + path(file)
  })

/**
 * curl as the pod would run it: from the pod's address, to what names are in the cluster. Whatever looks like a URL or a
 * host is looked up, also where it is the value of an option: curl ignores what it does not meet.
 */
export async function curlLine(
  curl: string,
  args: readonly string[],
  side: PodSide,
): Promise<readonly string[]> {
  const hosts = new Set(args.flatMap((arg) => url.exec(arg)?.groups?.['host'] ?? []))
  const targets: string[] = []
  for (const host of hosts) {
    const target = await targetOf(host, side)
    if (target !== undefined) targets.push('--connect-to', `${host}::${target}:`)
  }
  const from =
    side.address === undefined || args.some((arg) => arg.startsWith('--interface'))
      ? []
      : ['--interface', side.address]
  return [curl, ...from, ...targets, ...mapped(args, side)]
}

/** wget likewise. It takes no other target, so the address stands in the URL and the name in a header. */
export async function wgetLine(
  wget: string,
  args: readonly string[],
  side: PodSide,
): Promise<readonly string[]> {
  const words: string[] = []
  for (const arg of mapped(args, side)) {
    const { before = '', host = '', port = '', after = '' } = url.exec(arg)?.groups ?? {}
    const target = arg.startsWith('-') || host === '' ? undefined : await targetOf(host, side)
    if (target === undefined) words.push(arg)
    else words.push(`--header=Host: ${host}${port}`, before + target + port + after)
  }
  return [wget, ...(side.address === undefined ? [] : [`--bind-address=${side.address}`]), ...words]
}

/** A line of shell that is these words. */
export const shellLine = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
