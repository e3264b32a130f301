import { spawn, type ChildProcess } from 'node:child_process'
import { openSync, closeSync } from 'node:fs'
import { Backoff } from '../lib/backoff.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../observe/log.ts'
import type { Part } from './part.ts'
import { SandboxRefused } from './problem.ts'

export interface ChildWish {
  readonly name: string
  /** The file that Node was started with, and what comes after it. */
  readonly args: readonly string[]
  /** Of Node itself. Default: those of this process. */
  readonly execArgv?: readonly string[]
  /** Where its output goes. */
  readonly logFile: string
  readonly log: Log
  /** Whether it takes requests. Asked until it does. */
  readonly isReady: () => Promise<boolean>
  readonly patienceMs?: number
  /** What it has to be told each time, once it takes requests. */
  readonly onReady?: () => Promise<void>
  /** How soon it is started again after it ended by itself, ms; each time later. Default 100. */
  readonly againAfterMs?: number
}

const againMs = 10
const graceMs = 5_000
const longestWaitMs = 10_000
/** Whatever has run so long did not end because of how it was started. */
const soundMs = 30_000

/**
 * A process of this sandbox that has a life of its own. Its standard input is a pipe that nobody writes to: when the sandbox
 * is gone, in whatever way, it ends, and so does the child. When it ends by itself, it is started again.
 */
export class Child implements Part {
  readonly #wish: ChildWish
  #process: ChildProcess | undefined
  #ended: Promise<void> = Promise.resolve()
  #wanted = false
  readonly #backoff: Backoff
  #again: NodeJS.Timeout | undefined
  #lack: string | undefined
  /** Counts those who asked for a start. */
  #turn = 0

  constructor(wish: ChildWish) {
    this.#wish = wish
    this.#backoff = new Backoff({ baseMs: wish.againAfterMs ?? 100, maxMs: longestWaitMs })
  }

  /** Why it does not do its work now, in a sentence. */
  get lack(): string | undefined {
    return this.#lack
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Resolves when it takes requests. */
  async start(): Promise<void> {
    this.#wanted = true
    this.#turn += 1
    clearTimeout(this.#again)
    await this.#launch()
  }

  async #launch(): Promise<void> {
    const { name, args, logFile, patienceMs = 10_000, onReady } = this.#wish
    const begun = systemClock.now()
    const output = openSync(logFile, 'a', 0o600)
    const child = spawn(process.execPath, [...(this.#wish.execArgv ?? process.execArgv), ...args], {
      stdio: ['pipe', output, output],
      // A Ctrl-C is for the sandbox, which then ends its processes in their turn.
      detached: true,
    })
    closeSync(output)
    this.#process = child
    let isUp = false
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    this.#ended = ended.then((how) => {
      if (this.#process === child) this.#process = undefined
      if (isUp && this.#wanted) this.#lost(how, begun)
    })
    // A pipe that breaks because the child ended is told by its exit.
    child.stdin?.on('error', () => {})
    const early = ended.then((how) => {
      throw new SandboxRefused(`the ${name} ended with ${how}`, `see the end of ${logFile}`)
    })
    early.catch(() => {})
    try {
      await Promise.race([early, this.#answers(begun + patienceMs).then(() => onReady?.())])
    } catch (error) {
      // One that runs and does not answer is in the way of the next one.
      child.kill('SIGKILL')
      await ended
      throw error
    }
    // From here on it is started again when it ends.
    isUp = true
    this.#lack = undefined
  }

  #lost(how: string, since: number): void {
    const { name, log } = this.#wish
    if (systemClock.now() - since > soundMs) this.#backoff.succeeded(name)
    const waitMs = this.#backoff.failed(name)
    log.error('a process of the sandbox ended', { process: name, how, againInMs: waitMs })
    this.#lack = `the ${name} has ended (${how}) and is started again`
    this.#again = setTimeout(() => void this.#relaunch(), waitMs)
  }

  async #relaunch(): Promise<void> {
    const [begun, turn] = [systemClock.now(), this.#turn]
    try {
      await this.#launch()
    } catch (error) {
      // Else somebody has ended it, or begun it anew, meanwhile.
      if (this.#wanted && turn === this.#turn) this.#lost((error as Error).message, begun)
    }
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
    clearTimeout(this.#again)
    this.#process?.kill(signal)
    const force = setTimeout(() => this.#process?.kill('SIGKILL'), graceMs)
    await this.#ended
    clearTimeout(force)
  }
}

const silent = (name: string, logFile: string): SandboxRefused =>
  new SandboxRefused(`the ${name} does not answer`, `see the end of ${logFile}`)
