import { Resolver } from 'node:dns/promises'

/** What a pod's `resolv.conf` says. */
export interface Resolv {
  /** With a port where it is not 53. */
  readonly server: string
  readonly search: readonly string[]
  readonly ndots: number
}

/** Undefined when no server is named. */
export function parseResolv(text: string): Resolv | undefined {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const after = (word: string) => lines.findLast(([first]) => first === word)?.slice(1)
  // The cluster's own is the first one; who comes after it knows other names.
  const server = lines.find(([first]) => first === 'nameserver')?.[1]
  if (server === undefined) return undefined
  const ndots = after('options')
    ?.find((option) => option.startsWith('ndots:'))
    ?.slice('ndots:'.length)
  return { server, search: after('search') ?? [], ndots: Number(ndots ?? 1) }
}

/** The full names to ask for in turn, as `resolv.conf(5)` says: with a dot at its end a name is full already. */
export function candidates(name: string, { search, ndots }: Resolv): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const within = search.map((domain) => `${name}.${domain}`)
  const dots = name.split('.').length - 1
  return dots >= ndots ? [name, ...within] : [...within, name]
}

/** Finds what a name is for a pod; undefined when nothing is of that name. */
export type Lookup<T> = (name: string) => Promise<readonly T[] | undefined>

const client = ({ server }: Resolv, asked: string | undefined) => {
  const resolver = new Resolver({ timeout: 1_000, tries: 2 })
  resolver.setServers([asked ?? server])
  return resolver
}

const unknown = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'ESERVFAIL', 'EREFUSED'])

/** Rejects when the server does not answer. */
export async function firstOf<T>(
  names: readonly string[],
  ask: Lookup<T>,
): Promise<{ readonly name: string; readonly found: readonly T[] } | undefined> {
  for (const name of names) {
    const found = await ask(name).catch((error: NodeJS.ErrnoException) => {
      if (unknown.has(error.code ?? '')) return undefined
      throw error
    })
    if (found !== undefined && found.length > 0) return { name, found }
  }
  return undefined
}

/** The addresses of a name, as a program in the pod would get them. */
export async function addressesOf(
  name: string,
  resolv: Resolv,
  server?: string,
): Promise<readonly string[] | undefined> {
  const dns = client(resolv, server)
  return (await firstOf(candidates(name, resolv), (full) => dns.resolve4(full)))?.found
}

/** Records of another type, each as a line of text, with the full name that has them. */
export function recordsOf(name: string, type: string, resolv: Resolv, server?: string) {
  const dns = client(resolv, server)
  const lines: Readonly<Record<string, Lookup<string>>> = {
    A: (full) => dns.resolve4(full),
    AAAA: (full) => dns.resolve6(full),
    CNAME: async (full) => (await dns.resolveCname(full)).map((target) => `canonical name = ${target}`),
    SRV: async (full) =>
      (await dns.resolveSrv(full)).map(
        ({ priority, weight, port, name: target }) => `service = ${priority} ${weight} ${port} ${target}`,
      ),
    PTR: async (full) => (await dns.resolvePtr(full)).map((target) => `name = ${target}`),
  }
  const ask = lines[type.toUpperCase()]
  return ask === undefined ? undefined : firstOf(candidates(name, resolv), ask)
}
