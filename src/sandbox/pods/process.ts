import { spawn, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import type { Guard } from './guard.ts'
import type { MountView } from './mounts/mount-view.ts'
import { closeWriteEnds, realPipes, type RealPipe } from './real-pipes.ts'
import { LaunchFailure, type Workload, type WorkloadEnd } from './workload.ts'

export interface ProcessWish {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Whether anybody may write to it. Without, its input is empty. */
  readonly stdin: boolean
  /** On a terminal of its own, which has one output. */
  readonly tty?: boolean
  /** What it finds at which path. Absent: what this machine has there. */
  readonly view?: MountView
}

export interface ProcessWorkload extends Workload {
  readonly pid: number
  readonly stdin: Writable | undefined
  readonly stdout: Readable
  readonly stderr: Readable
}

/** Grandchildren that left the group may hold our end of the output open: nobody waits longer for them. */
const lastWordsMs = 100

/** Starts a command as the leader of a process group, which ends with it. Rejects with `LaunchFailure`. */
export async function startProcess(wish: ProcessWish, guard: Guard): Promise<ProcessWorkload> {
  const real = await begun(wish)
  // A machine without fifos gets the pipes of Node.
  const pipes = await realPipes(2).catch(() => [])
  try {
    return await started(wish, real, guard, pipes)
  } finally {
    closeWriteEnds(pipes)
  }
}

interface Begun {
  readonly words: readonly string[]
  readonly cwd: string
}

/** What is really started, and where. Rejects with `LaunchFailure` where nothing can come of it. */
export async function begun({ command, cwd, env, view }: ProcessWish): Promise<Begun> {
  if (view === undefined) return { words: command, cwd }
  const [file = ''] = command
  // What mounts would only say this when the process is there already.
  if (!view.hasProgram(file, env['PATH'] ?? '', cwd))
    throw new LaunchFailure(
      'RunContainerError',
      spawnRefusal(file, { code: 'ENOENT', name: '', message: '' }),
    )
  return { words: await view.begin(command, cwd), cwd: '/' }
}

function started(
  wish: ProcessWish,
  { words: [file = '', ...args], cwd }: Begun,
  guard: Guard,
  pipes: readonly RealPipe[],
): Promise<ProcessWorkload> {
  const [asked = ''] = wish.command
  const [out, err] = pipes
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      for (const { reader } of pipes) reader.destroy()
      reject(new LaunchFailure('RunContainerError', spawnRefusal(asked, error)))
    }
    let child: ChildProcess
    try {
      child = spawn(file, args, {
        cwd,
        env: wish.env,
        stdio: [wish.stdin ? 'pipe' : 'ignore', out?.writeEnd ?? 'pipe', err?.writeEnd ?? 'pipe'],
        detached: true,
      })
    } catch (error) {
      // A word that no system takes, such as one with NUL in it, is refused at once.
      return refuse(error as NodeJS.ErrnoException)
    }
    child.once('error', refuse)
    const { pid } = child
    if (pid === undefined) return
    guard.add(pid)
    child.stdin?.on('error', () => {})
    const stdout = out?.reader ?? (child.stdout as Readable)
    const stderr = err?.reader ?? (child.stderr as Readable)
    // Its number may soon be another's.
    let over = false
    const signal = (name: NodeJS.Signals) => {
      if (!over) signalGroup(pid, name)
    }
    const exited = new Promise<WorkloadEnd>((done) => {
      child.once('exit', (code, by) => {
        signalGroup(pid, 'SIGKILL')
        over = true
        guard.remove(pid)
        done(endOf(code, by))
      })
    })
    resolve({
      pid,
      stdin: child.stdin ?? undefined,
      stdout,
      stderr,
      ended: allSaid(exited, [stdout, stderr]),
      stop: () => signal('SIGTERM'),
      kill: () => signal('SIGKILL'),
    })
  })
}

async function allSaid(exited: Promise<WorkloadEnd>, outputs: readonly Readable[]): Promise<WorkloadEnd> {
  const closed = Promise.all(
    outputs.map((output) => new Promise<void>((done) => void output.once('close', done))),
  )
  const end = await exited
  await Promise.race([closed, new Promise((done) => setTimeout(done, lastWordsMs).unref())])
  for (const output of outputs) output.destroy()
  return end
}

export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // Nobody of it is left.
  }
}

const endOf = (code: number | null, signal: NodeJS.Signals | null): WorkloadEnd => {
  const number = signal === null ? undefined : constants.signals[signal]
  return number === undefined ? { exitCode: code ?? 0 } : { exitCode: 128 + number, signal: number }
}

/** Packages of Debian for the programs that pods most often need. */
const packages: ReadonlyMap<string, string> = new Map([
  ['nginx', 'nginx-light'],
  ['curl', 'curl'],
  ['python3', 'python3'],
])

export function spawnRefusal(file: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') {
    const wanted = packages.get(file)
    const hint =
      wanted === undefined
        ? 'Commands are those of this machine'
        : `Install it on this machine: "apt-get install ${wanted}"`
    return `exec: "${file}": executable file not found in $PATH. ${hint}`
  }
  return code === 'EACCES' ? `exec: "${file}": permission denied` : `exec: "${file}": ${message}`
}
