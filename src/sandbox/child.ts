import { spawn, type ChildProcess } from 'node:child_process'
import { openSync, closeSync } from 'node:fs'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../observe/log.ts'
import type { Part } from './part.ts'
import { SandboxRefused } from './problem.ts'

export interface ChildWish {
  readonly name: string
  /** The file that Node was started with, and what comes after it. */
  readonly args: readonly string[]
  /** Where its output goes. */
  readonly logFile: string
  readonly log: Log
  /** Whether it takes requests. Asked until it does. */
  readonly isReady: () => Promise<boolean>
  readonly patienceMs?: number
}

const againMs = 10
const graceMs = 5_000

/**
 * A process of this sandbox that has a life of its own. Its standard input is a pipe that nobody writes to: when the sandbox
 * is gone, in whatever way, it ends, and so does the child.
 */
export class Child implements Part {
  readonly #wish: ChildWish
  #process: ChildProcess | undefined
  #ended: Promise<void> = Promise.resolve()
  #wanted = false

  constructor(wish: ChildWish) {
    this.#wish = wish
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Resolves when it takes requests. */
  async start(): Promise<void> {
    const { name, args, logFile, log, patienceMs = 10_000 } = this.#wish
    this.#wanted = true
    const output = openSync(logFile, 'a', 0o600)
    const child = spawn(process.execPath, [...process.execArgv, ...args], {
      stdio: ['pipe', output, output],
      // A Ctrl-C is for the sandbox, which then ends its processes in their turn.
      detached: true,
    })
    closeSync(output)
    this.#process = child
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    this.#ended = ended.then((how) => {
      if (this.#process === child) this.#process = undefined
      if (this.#wanted) log.error('a process of the sandbox ended', { process: name, how })
    })
    // A pipe that breaks because the child ended is told by its exit.
    child.stdin?.on('error', () => {})
    const early = ended.then((how) => {
      throw new SandboxRefused(`the ${name} ended with ${how}`, `see the end of ${logFile}`)
    })
    await Promise.race([early, this.#answers(systemClock.now() + patienceMs)])
    // From here on an end is told in the log.
    early.catch(() => {})
  }

  async #answers(until: number): Promise<void> {
    const { name, logFile, isReady } = this.#wish
    while (this.#wanted && !(await isReady())) {
      if (systemClock.now() > until) throw silent(name, logFile)
      await systemClock.sleep(againMs)
    }
  }

  /** Ends it in good order, by force where that takes too long. */
  async close(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** As a crash and a new start. Resolves when it takes requests. */
  async restart(): Promise<void> {
    await this.#end('SIGKILL')
    await this.start()
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#wanted = false
    this.#process?.kill(signal)
    const force = setTimeout(() => this.#process?.kill('SIGKILL'), graceMs)
    await this.#ended
    clearTimeout(force)
  }
}

const silent = (name: string, logFile: string): SandboxRefused =>
  new SandboxRefused(`the ${name} does not answer`, `see the end of ${logFile}`)
