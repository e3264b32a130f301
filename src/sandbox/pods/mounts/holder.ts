import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/**
 * The process whose mounts others enter. It is begun when it is first asked for, and again should somebody have killed it.
 * The kernel takes its mounts away with the last process that has them; and it ends with us, however we end: its input does.
 */
export class MountHolder {
  readonly #command: readonly string[]
  readonly #env: Readonly<Record<string, string>>
  #running: Promise<number> | undefined
  #child: ChildProcess | undefined

  constructor(command: readonly string[], env: Readonly<Record<string, string>>) {
    this.#command = command
    this.#env = env
  }

  /** Its process, when all is mounted. Rejects with what the system says against it. */
  pid(): Promise<number> {
    this.#running ??= this.#begin()
    return this.#running
  }

  close(): void {
    this.#child?.stdin?.end()
  }

  async #begin(): Promise<number> {
    const [file = '', ...args] = this.#command
    // In a session of its own: a Ctrl-C at the terminal is for the sandbox.
    const child = spawn(file, args, { cwd: '/', env: this.#env, detached: true, stdio: 'pipe' })
    this.#child = child
    const over = once(child, 'close').catch(() => {})
    void over.then(() => {
      if (this.#child === child) this.#running = undefined
    })
    child.stdin.on('error', () => {})
    let said = ''
    child.stderr.on('data', (bytes: Buffer) => (said += String(bytes)))
    const ready = await Promise.race([once(child.stdout, 'data').then(() => true), over.then(() => false)])
    if (!ready || child.pid === undefined)
      throw new Error(said.split('\n')[0] || 'the process that mounts has ended')
    // Nobody is kept from ending by it.
    child.unref()
    for (const stream of [child.stdin, child.stdout, child.stderr] as unknown as readonly Unrefable[])
      stream.unref?.()
    return child.pid
  }
}

interface Unrefable {
  unref?(): void
}
