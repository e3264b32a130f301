import { spawn } from 'node:child_process'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a program to its end. */
export function run(command: readonly string[], input = ''): Promise<Ran> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 1, out, err: signal === null ? err : `${err}${signal}` }),
    )
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** The same, and a failure is the test's. */
export async function must(command: readonly string[], input = ''): Promise<string> {
  const { code, out, err } = await run(command, input)
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}\n${err}${input}`)
  return out
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Looks again and again until `look` answers something. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 20_000,
  said: () => string = () => '',
): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what}\n${said()}`)
    await sleep(50)
  }
}
