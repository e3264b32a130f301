import { spawn } from 'node:child_process'

/** The program `nft`, as far as it is used. */
export interface Nft {
  /** Carries out a transaction, whole or not at all. `check`: only tries whether the kernel would take it. */
  run(text: string, signal: AbortSignal, options?: { readonly check?: boolean }): Promise<void>
  /** Tries a transaction that is never kept: the lines that the kernel refuses, in order, from 1. */
  refusals(text: string, signal: AbortSignal): Promise<readonly number[]>
  /** What listing commands print, without elements. */
  list(text: string, signal: AbortSignal): Promise<string>
  version(signal: AbortSignal): Promise<string>
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

  constructor(message: string, problems: readonly NftProblem[], options?: ErrorOptions) {
    super(message, options)
    this.problems = problems
  }
}

const mostOutput = 64 * 2 ** 20
const mostErrors = 256 * 2 ** 10
const readable = 200

/** `command` may lead with what runs nft elsewhere, such as in another network namespace. */
export const nftProgram = (command: readonly string[] = ['nft'], timeoutMs = 120_000): Nft => ({
  async run(text, signal, { check = false } = {}) {
    await call(command, check ? ['-c', '-f', '-'] : ['-f', '-'], text, limited(signal, timeoutMs))
  },
  async refusals(text, signal) {
    try {
      await call(command, ['-c', '-f', '-'], text, limited(signal, timeoutMs))
      return []
    } catch (error) {
      if (!(error instanceof NftRefused) || error.problems.length === 0) throw error
      return [...new Set(error.problems.map(({ line }) => line))].toSorted((a, b) => a - b)
    }
  },
  list: (text, signal) => call(command, ['-t', '-f', '-'], text, limited(signal, timeoutMs)),
  version: (signal) => call(command, ['--version'], '', limited(signal, timeoutMs)),
})

// A child is killed by wall clock whatever the process believes the time to be.
const limited = (signal: AbortSignal, ms: number): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(ms)])

function call(
  [program = 'nft', ...before]: readonly string[],
  args: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...before, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    })
    const [out, err] = [gather(mostOutput), gather(mostErrors)]
    child.stdout.on('data', out.add)
    child.stderr.on('data', err.add)
    child.on('error', (error) => reject(new NftRefused(`${program}: ${error.message}`, [], { cause: error })))
    child.on('close', (status, killed) => {
      if (status === 0 && !out.cut) return resolve(out.text())
      if (status === 0)
        return reject(
          new NftRefused(`${program} ${args.join(' ')} printed more than ${mostOutput} bytes`, []),
        )
      const problems = problemsOf(err.text())
      reject(
        new NftRefused(describe(problems, err.text(), input, killed ?? `status ${String(status)}`), problems),
      )
    })
    // nft may end before it has read everything; its status tells why.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

function gather(most: number): { add: (chunk: Buffer) => void; text: () => string; readonly cut: boolean } {
  const chunks: Buffer[] = []
  let size = 0
  return {
    add(chunk) {
      size += chunk.length
      if (size <= most) chunks.push(chunk)
    },
    text: () => Buffer.concat(chunks).toString(),
    get cut() {
      return size > most
    },
  }
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
