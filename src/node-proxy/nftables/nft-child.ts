import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { Socket } from 'node:net'

/** How a run ended. `killed`: the signal that ended it, or why it never began. */
export interface Ended {
  readonly status: number | undefined
  readonly killed: string | undefined
  readonly out: string
  /** It printed more than is kept. */
  readonly cut: boolean
  readonly errors: string
  readonly cause?: Error
}

const mostOutput = 64 * 2 ** 20
const mostErrors = 256 * 2 ** 10

/** One process that reads all of its input before it acts, so that it may be started long before there is any. */
export class NftChild {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #ended: Promise<Ended>
  #alive = true

  constructor([program = 'nft', ...before]: readonly string[], args: readonly string[]) {
    this.#child = spawn(program, [...before, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    const { stdin, stdout, stderr } = this.#child
    const [out, err] = [gather(mostOutput), gather(mostErrors)]
    stdout.on('data', out.add)
    stderr.on('data', err.add)
    // It may end before it has read everything; its status tells why.
    stdin.on('error', () => undefined)
    this.#ended = new Promise((resolve) => {
      const end = (status: number | undefined, killed: string | undefined, cause?: Error) => {
        this.#alive = false
        const texts = { out: out.text(), cut: out.cut, errors: err.text() }
        resolve({ status, killed, ...texts, ...(cause === undefined ? {} : { cause }) })
      }
      this.#child.on('error', (error) => end(undefined, error.message, error))
      this.#child.on('close', (status, signal) => end(status ?? undefined, signal ?? undefined))
    })
  }

  /** Whether it can still be given something to do. */
  get alive(): boolean {
    return this.#alive && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** It ends with this process, by the end of its input, and nobody waits for that. */
  stand(): void {
    this.#child.unref()
    for (const stream of this.#streams()) stream.unref()
  }

  /** Gives it its input, and waits for its end. It is killed when the signal aborts. */
  async run(input: string, signal: AbortSignal): Promise<Ended> {
    this.#child.ref()
    for (const stream of this.#streams()) stream.ref()
    const kill = () => this.kill()
    if (signal.aborted) kill()
    signal.addEventListener('abort', kill, { once: true })
    try {
      this.#child.stdin.end(input)
      return await this.#ended
    } finally {
      signal.removeEventListener('abort', kill)
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #streams(): readonly Socket[] {
    const { stdin, stdout, stderr } = this.#child
    return [stdin, stdout, stderr].filter(
      (stream): stream is Socket & typeof stream => stream instanceof Socket,
    )
  }
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
