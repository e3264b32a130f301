import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nslookup, type Said } from './nslookup.ts'
import { addressesOf, parseResolv } from './resolver.ts'
import { curlLine, shellLine, wgetLine, type PodSide } from './web-line.ts'

type Env = Readonly<Record<string, string | undefined>>

const lines = { curl: curlLine, wget: wgetLine } as const

/**
 * One tool of a pod, by its launcher. Of `curl` and `wget` it says the line of shell that the launcher then becomes;
 * `nslookup` it is itself.
 */
export async function runTool([tool = '', ...args]: readonly string[], env: Env): Promise<Said> {
  const root = env['SANDBOX_ROOT'] ?? '/'
  const resolv = parseResolv(textOf(join(root, 'etc', 'resolv.conf')))
  if (tool === 'nslookup') {
    if (resolv !== undefined) return nslookup(args, resolv)
    return {
      out: '',
      err: 'nslookup: this pod has no DNS server: its /etc/resolv.conf names none\n',
      code: 1,
    }
  }
  const lineOf = lines[tool as keyof typeof lines] as (typeof lines)[keyof typeof lines] | undefined
  const program = lineOf === undefined ? undefined : programOf(tool, env)
  if (lineOf === undefined || program === undefined)
    return {
      out: '',
      err: `${tool}: not found on this machine. Install it: "apt-get install ${tool}"\n`,
      code: 127,
    }
  const side: PodSide = {
    address: env['POD_IP'],
    resolve: async (host) => {
      if (resolv === undefined) return undefined
      const found = await addressesOf(host, resolv).catch(() => undefined)
      // Any of them: a headless Service's pods get their share.
      return found?.[Math.floor(Math.random() * found.length)]
    },
    path: (path) => (!existsSync(path) && existsSync(join(root, path)) ? join(root, path) : path),
  }
  return { out: shellLine(await lineOf(program, args, side)), code: 0 }
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The machine's own, and not the launcher that asks. */
const programOf = (name: string, env: Env): string | undefined =>
  (env['PATH'] ?? '')
    .split(':')
    .filter((folder) => folder !== '' && folder !== env['SANDBOX_TOOLS'])
    .map((folder) => join(folder, name))
    .find(isProgram)

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
