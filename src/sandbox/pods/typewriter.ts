import { spawn } from 'node:child_process'
import { PassThrough, Transform } from 'node:stream'
import type { TerminalProcess } from './terminal.ts'
import { exitCodeOf } from './exit-code.ts'

const word =
  'This machine has neither util-linux script nor python3, so this is not a real terminal: ' +
  'no line editing, no Ctrl-C, and programs cannot know the size of the window.\r\n'

/** Pipes that look a little like a terminal: what is typed is shown, and Enter ends a line. */
export function typewriter(
  [file = '', ...args]: readonly string[],
  { env, cwd }: { readonly env: Readonly<Record<string, string>>; readonly cwd: string },
): Promise<TerminalProcess> {
  const child = spawn(file, args, { cwd, env, stdio: 'pipe', detached: true })
  const stdout = new PassThrough()
  stdout.write(word)
  const stdin = new Transform({
    transform(typed: Buffer, _encoding, done) {
      const text = typed.toString('latin1').replaceAll('\r', '\n')
      const eof = text.indexOf('\u0004')
      stdout.write(Buffer.from(asShown(eof < 0 ? text : text.slice(0, eof)), 'latin1'))
      if (eof >= 0) this.end()
      done(null, Buffer.from(eof < 0 ? text : text.slice(0, eof), 'latin1'))
    },
  })
  child.stdin.on('error', () => {})
  stdin.on('error', () => {})
  stdin.pipe(child.stdin)
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk: Buffer) =>
      stdout.write(Buffer.from(asShown(chunk.toString('latin1')), 'latin1')),
    )
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () =>
      resolve({
        pid: child.pid ?? 0,
        stdin,
        stdout,
        resize: () => Promise.resolve(),
        ended: new Promise((ended) => {
          child.once('close', (code, signal) => {
            stdout.end()
            ended({ exitCode: exitCodeOf(code, signal) })
          })
        }),
      }),
    )
  })
}

const asShown = (text: string) => text.replaceAll(/\r?\n/g, '\r\n')
