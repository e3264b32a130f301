import { renameSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { monotonicClock, type Clock } from '../lib/clock.ts'
import { silentLog, type Log } from '../observe/log.ts'
import { claimFolder, FolderRefused } from './state-folder.ts'

export interface HandoverOptions {
  /** Where the two find each other; of this user alone. Nothing else of the machine must share it. */
  readonly folder: string
  /** A successor has come, and serves as soon as this has resolved: `SharingRelay.hold`. */
  readonly prepare: () => Promise<void>
  /**
   * A successor serves: stop accepting now. Resolves when that is done, not when what is open has ended: the successor
   * waits for it.
   */
  readonly release: () => Promise<void>
  readonly clock?: Clock
  readonly log?: Log
}

/** Beyond this a system's socket cannot be named. */
const longestPath = 100

/** How long the other one may be silent. Then it hangs, and waiting longer would help nobody. */
const patienceMs = 5_000

const version = 'lb-controller handover 1'

/**
 * Lets a new process take over from an old one of the same user, without a moment in which nobody listens. The order:
 *
 * 1. The new one calls `takeOver`: it finds the old one, if there is one. The old one calls its `prepare` and goes on.
 * 2. The new one serves, with shared ports: for now the kernel gives new connections to both.
 * 3. The new one calls `announce`. The old one calls its `release`: it accepts what is queued, closes its listeners and
 *    drains. From then on the new one is who the next one finds.
 *
 * If the new one ends before 3, the old one hears of it and nothing has changed. A process that is told to stop without
 * a successor just drains; with one that has come and not announced itself it may wait for it first (`succeeded`).
 */
export class Handover {
  readonly #options: HandoverOptions
  readonly #clock: Clock
  readonly #log: Log
  readonly #path: string
  #predecessor: Socket | undefined
  #server: Server | undefined
  #inode: number | undefined
  #successors = new Set<Socket>()
  #released: Promise<void> | undefined
  #waiting = new Set<(succeeded: boolean) => void>()

  constructor(options: HandoverOptions) {
    this.#options = options
    this.#clock = options.clock ?? monotonicClock
    this.#log = options.log ?? silentLog
    this.#path = join(options.folder, 'handover')
    if (this.#path.length > longestPath)
      throw new FolderRefused(
        `${options.folder}: a path of a socket has ${longestPath} letters at most; name a shorter one`,
      )
  }

  /** Whether another process serves now. Throws `FolderRefused`. */
  async takeOver(): Promise<boolean> {
    claimFolder(this.#options.folder)
    this.#predecessor = await greet(this.#path, this.#clock, this.#log)
    // Until `announce` it may end as it likes.
    this.#predecessor?.on('error', () => {}).unref()
    return this.#predecessor !== undefined
  }

  /** This process serves: the one before stops accepting, and this one is found by the next. */
  async announce(): Promise<void> {
    if (this.#predecessor !== undefined) {
      const answer = await ask(this.#predecessor, 'release', this.#clock)
      if (answer !== 'released')
        this.#log.warn(
          'the process before did not say that it has stopped accepting; it has been left to itself',
          {
            answer,
          },
        )
      this.#predecessor.destroy()
      this.#predecessor = undefined
    }
    await this.#listen()
  }

  /** A successor has come, and has not announced itself. */
  get isExpected(): boolean {
    return this.#successors.size > 0
  }

  /** True once a successor serves; false when the time is over or no successor is left. At once if none has come. */
  succeeded(ms: number): Promise<boolean> {
    if (this.#released !== undefined) return this.#released.then(() => true)
    if (!this.isExpected) return Promise.resolve(false)
    return new Promise((resolve) => {
      const done = (succeeded: boolean) => {
        cancel()
        this.#waiting.delete(done)
        resolve(succeeded)
      }
      const cancel = this.#clock.after(ms, () => done(false))
      this.#waiting.add(done)
    })
  }

  /** Is no longer found, and asks for nothing more. */
  close(): void {
    const { isExpected } = this
    this.#predecessor?.destroy()
    for (const successor of this.#successors) successor.destroy()
    if (this.#server === undefined) return
    this.#server.close()
    // The name belongs to a successor, now or in a moment, and between a look at it and its removal it may change hands.
    if (this.#released !== undefined || isExpected) return
    if (statSync(this.#path, { throwIfNoEntry: false })?.ino === this.#inode)
      rmSync(this.#path, { force: true })
  }

  async #listen(): Promise<void> {
    const own = `${this.#path}.${process.pid}`
    rmSync(own, { force: true })
    const server = createServer((socket) => this.#meet(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(own, resolve)
    })
    server.unref()
    this.#server = server
    this.#inode = statSync(own).ino
    // It is there under its name at once, whether there was one before, alive or dead, or not.
    renameSync(own, this.#path)
  }

  #meet(socket: Socket): void {
    socket.unref()
    this.#successors.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#successors.delete(socket)
      if (this.#successors.size === 0 && this.#released === undefined) this.#tellWaiting(false)
    })
    // It waits for this line, and must not wait in vain for what only UDP flows gain by.
    void this.#options
      .prepare()
      .catch((error: unknown) => this.#log.error('could not prepare for another process', { error }))
      .then(() => socket.writable && socket.write(`${version}\n`))
    lines(socket, (line) => {
      if (line === 'release') void this.#release(socket)
    })
  }

  async #release(successor: Socket): Promise<void> {
    this.#log.info('another process has taken over; this one accepts nothing more')
    this.#released ??= this.#options.release()
    try {
      await this.#released
      successor.end('released\n')
    } catch (error) {
      this.#log.error('could not stop accepting', { error })
      successor.end('failed\n')
    }
    this.#tellWaiting(true)
  }

  #tellWaiting(succeeded: boolean): void {
    for (const done of this.#waiting) done(succeeded)
  }
}

/** Whether somebody can be found there; a process that was killed leaves its name behind until the next one comes. */
export const isNamed = (folder: string): boolean =>
  statSync(join(folder, 'handover'), { throwIfNoEntry: false }) !== undefined

/** A connection to who answers there in our words. Undefined: nobody does. */
async function greet(path: string, clock: Clock, log: Log): Promise<Socket | undefined> {
  const socket = connect(path)
  let isThere = false
  socket.once('connect', () => (isThere = true))
  const line = await answer(socket, clock)
  if (line === version) return socket
  // Whoever ended by itself is no longer there; whoever is silent may still hold the ports.
  if (isThere && !socket.destroyed)
    log.warn(
      'the process before does not answer: while it lives, the kernel goes on giving it a part of the new connections; end it',
      { waitedMs: patienceMs, ...(line === undefined ? {} : { said: line }) },
    )
  socket.destroy()
  return undefined
}

function ask(socket: Socket, question: string, clock: Clock): Promise<string | undefined> {
  if (socket.destroyed) return Promise.resolve(undefined)
  socket.ref().write(`${question}\n`)
  return answer(socket, clock)
}

/** The next line. Undefined: the other end is gone or silent. */
function answer(socket: Socket, clock: Clock): Promise<string | undefined> {
  return new Promise((resolve) => {
    const done = (line: string | undefined) => {
      cancel()
      socket.off('data', heard).off('error', over).off('close', over)
      resolve(line)
    }
    const over = () => done(undefined)
    const cancel = clock.after(patienceMs, over)
    const heard = lines(socket, done)
    socket.on('error', over).on('close', over)
  })
}

/** Calls `run` for each line; answers what listens. Lines are short: what is longer is not ours. */
function lines(socket: Socket, run: (line: string) => void): (chunk: Buffer) => void {
  let rest = ''
  const heard = (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop() ?? ''
    if (rest.length > 1024) socket.destroy()
    for (const part of parts) run(part)
  }
  socket.on('data', heard)
  return heard
}
