import { execFile, spawn, type ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { Ended, TerminalSize } from '../../../localstack/kubernetes/pod-runtime.ts'
import { exitCodeOf } from './exit-code.ts'
import { terminalPrograms, type TerminalProgram } from './terminal-programs.ts'
import { typewriter } from './typewriter.ts'

/** A command whose input and output are one terminal. */
export interface TerminalProcess {
  /** Of the command, which leads a session and a process group of its own: signal `-pid` to reach all of it. */
  readonly pid: number
  readonly stdin: Writable
  /** Errors, too: a terminal has one output. */
  readonly stdout: Readable
  /** Resolves when the command has been told. */
  resize(size: TerminalSize): Promise<void>
  /** When the command is over and all its output is read. */
  readonly ended: Promise<Ended>
}

export interface TerminalOptions {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly size?: TerminalSize | undefined
  /** Default: the first that this machine has. A test hands in another. */
  readonly program?: TerminalProgram | undefined
}

/**
 * Runs a command on a pseudo terminal. Node has none, so a program of the machine holds it: `script` of util-linux, else
 * Python. With neither the command gets pipes, and the user is told.
 *
 * Rejects when nothing can be started, such as in a folder that is gone.
 */
export async function startOnTerminal(
  command: readonly string[],
  { env, cwd, size, program }: TerminalOptions,
): Promise<TerminalProcess> {
  const holder = program ?? (await terminalPrograms())[0]
  if (holder === undefined) return typewriter(command, { env, cwd })
  const [file, ...args] = holder.run(onItsTerminal(command, size))
  const child = spawn(file, args, {
    cwd,
    env: { TERM: 'xterm', ...env, ...holder.env },
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    detached: true,
  })
  const [stdin, stdout, , reports] = child.stdio as unknown as readonly [Writable, Readable, null, Readable]
  // What is typed after the end goes nowhere.
  stdin.on('error', () => {})
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ exitCode: exitCodeOf(code, signal) }))
  })
  const { pid, tty } = await report(reports, child)
  let resized = Promise.resolve()
  return {
    pid,
    stdin,
    stdout,
    // One after the other: kubectl tells a size that is one too large, and the real one right after it, so that what was
    // attached to draws itself anew.
    resize: (to) => (resized = resized.then(() => tell(tty, to))),
    ended,
  }
}

const tell = (tty: string, { columns, rows }: TerminalSize): Promise<void> =>
  new Promise((resolve) => {
    const flag = process.platform === 'linux' ? '-F' : '-f'
    // Refused only when the terminal is gone.
    execFile('stty', [flag, tty, 'cols', String(columns), 'rows', String(rows)], () => resolve())
  })

/** A shell that tells its process and terminal on descriptor 3, and then becomes the command. */
const onItsTerminal = (command: readonly string[], size: TerminalSize | undefined) =>
  [
    ...(size === undefined ? [] : [`stty cols ${size.columns} rows ${size.rows}`]),
    'echo $$ $(tty) >&3',
    'exec 3>&-',
    `exec ${command.map(quoted).join(' ')}`,
  ].join('; ')

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

/** The first line; the holder keeps the descriptor open. */
function report(from: Readable, child: ChildProcess): Promise<{ pid: number; tty: string }> {
  return new Promise((resolve, reject) => {
    let text = ''
    from.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const [pid, tty] = text.split(/[ \n]/)
      if (text.endsWith('\n') && tty !== undefined) resolve({ pid: Number(pid), tty })
    })
    from.once('end', () => reject(new Error('no pseudo terminal could be opened')))
    child.once('error', reject)
  })
}
