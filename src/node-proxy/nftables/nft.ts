import { type Ended, NftChild } from './nft-child.ts'

/** The program `nft`, as far as it is used. */
export interface Nft {
  /** Carries out a transaction, whole or not at all. `check`: only tries whether the kernel would take it. */
  run(text: string, signal: AbortSignal, options?: { readonly check?: boolean }): Promise<void>
  /** Tries a transaction that is never kept: the lines that the kernel refuses, in order, from 1. */
  refusals(text: string, signal: AbortSignal): Promise<readonly number[]>
  /** What listing commands print, without elements. */
  list(text: string, signal: AbortSignal): Promise<string>
  version(signal: AbortSignal): Promise<string>
  /** Leaves nothing behind that waits. It may be used again. */
  end(): void
}

export interface NftOptions {
  /** What it is called by; it may lead with what runs it elsewhere, such as in another network namespace. */
  readonly command?: readonly string[]
  /** After which a run is killed. Default 120,000. */
  readonly timeoutMs?: number
  /**
   * So many processes are started before there is something to write, from the first transaction on. Node copies its own
   * page tables to start one: a process of 200 MB stands still for 5 to 30 ms, in which a change would have been
   * written. Default 0.
   */
  readonly ahead?: number
}

export interface NftProblem {
  /** Of the transaction, from 1. */
  readonly line: number
  readonly message: string
}

/** nft ended with a failure. Lines are those of ours, cut to what a person can read. */
export class NftRefused extends Error {
  override readonly name = 'NftRefused'
  readonly problems: readonly NftProblem[]
  /** It was ended by a signal: nobody knows whether the transaction was carried out. */
  readonly killed: boolean

  constructor(
    message: string,
    problems: readonly NftProblem[],
    { killed = false, ...options }: ErrorOptions & { readonly killed?: boolean } = {},
  ) {
    super(message, options)
    this.problems = problems
    this.killed = killed
  }
}

const readable = 200

export function nftProgram({ command = ['nft'], timeoutMs = 120_000, ahead = 0 }: NftOptions = {}): Nft {
  let standing: readonly NftChild[] = []
  let timer: NodeJS.Timeout | undefined
  const call = async (args: readonly string[], text: string, signal: AbortSignal): Promise<string> => {
    const child = new NftChild(command, args)
    return outcome(await child.run(text, limited(signal, timeoutMs)), args, text, command)
  }
  const getReady = (): void => {
    standing = standing.filter((child) => child.alive)
    if (standing.length >= ahead) return
    const child = new NftChild(command, writing)
    child.stand()
    standing = [...standing, child]
    getReadySoon()
  }
  // Not at once: another family may be about to be written, and whoever waited for this one goes first.
  const getReadySoon = (): void => {
    clearTimeout(timer)
    if (ahead > 0) timer = setTimeout(getReady, quietMs).unref()
  }
  return {
    async run(text, signal, { check = false } = {}) {
      if (check) {
        await call(['-c', ...writing], text, signal)
        return
      }
      const [child = new NftChild(command, writing), ...others] = standing.filter(({ alive }) => alive)
      standing = others
      clearTimeout(timer)
      const ended = await child.run(text, limited(signal, timeoutMs))
      getReadySoon()
      outcome(ended, writing, text, command)
    },
    async refusals(text, signal) {
      try {
        await call(['-c', ...writing], text, signal)
        return []
      } catch (error) {
        if (!(error instanceof NftRefused) || error.problems.length === 0) throw error
        return [...new Set(error.problems.map(({ line }) => line))].toSorted((a, b) => a - b)
      }
    },
    list: (text, signal) => call(['-t', ...writing], text, signal),
    version: (signal) => call(['--version'], '', signal),
    end() {
      clearTimeout(timer)
      for (const child of standing) child.kill()
      standing = []
    },
  }
}

const writing = ['-f', '-'] as const
const quietMs = 10

// A child is killed by wall clock whatever the process believes the time to be.
const limited = (signal: AbortSignal, ms: number): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(ms)])

function outcome(
  { status, killed, out, cut, errors, cause }: Ended,
  args: readonly string[],
  input: string,
  [program = 'nft']: readonly string[],
): string {
  if (cause !== undefined) throw new NftRefused(`${program}: ${cause.message}`, [], { cause })
  if (status === 0 && !cut) return out
  if (status === 0) throw new NftRefused(`${program} ${args.join(' ')} printed more than can be kept`, [])
  const problems = problemsOf(errors)
  const message = describe(problems, errors, input, killed ?? `status ${String(status)}`)
  throw new NftRefused(message, problems, { killed: killed !== undefined })
}

export const problemsOf = (stderr: string): readonly NftProblem[] =>
  [...stderr.matchAll(/^[^\n:]*:(\d+):\d+-\d+: Error: ([^\n]*)/gm)].map(([, line, message]) => ({
    line: Number(line),
    message: (message ?? '').trim(),
  }))

function describe(problems: readonly NftProblem[], stderr: string, input: string, end: string): string {
  const [first] = problems
  if (first === undefined) {
    const said = stderr.trim().split('\n', 1)[0] ?? ''
    return said === '' ? `nft ended with ${end}` : `nft: ${said.slice(0, readable)}`
  }
  const line = (input.split('\n', first.line)[first.line - 1] ?? '').trim().slice(0, readable)
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : ''
  return `nft: ${first.message}${line === '' ? '' : ` at \`${line}\``}${more}`
}
