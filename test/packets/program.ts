import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const bin = fileURLToPath(new URL('../../bin/lb-controller.mjs', import.meta.url))

/** A process in a namespace that goes on until it is ended. */
export interface Program {
  readonly process: ChildProcess
  /** Everything that it has written so far. */
  readonly output: () => string
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Sends the signal and waits for the end; by SIGKILL after `withinMs`, which is an error. */
  end(signal?: NodeJS.Signals, withinMs?: number): Promise<number | NodeJS.Signals>
}

export function startProgram(
  namespace: string,
  command: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Program {
  const child = spawn('ip', ['netns', 'exec', namespace, ...command], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 0))
  })
  return {
    process: child,
    output: () => output,
    ended,
    async end(signal = 'SIGTERM', withinMs = 60_000) {
      let late = false
      const timer = setTimeout(() => {
        late = true
        child.kill('SIGKILL')
      }, withinMs)
      child.kill(signal)
      const how = await ended
      clearTimeout(timer)
      if (late) throw new Error(`it did not end within ${withinMs} ms of ${signal}:\n${output}`)
      return how
    },
  }
}
