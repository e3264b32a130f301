import type { OnReadOpts } from 'node:net'
import type { Duplex } from 'node:stream'

/** Everybody reads into this one until he carries much: it is empty again before the next one's turn. */
const shared = Buffer.allocUnsafeSlow(65_536)
const ownBytes = 131_072
/** So many reads that would have fitted into a quarter of the shared buffer give the own one back. */
const patience = 64

/**
 * What a target sends, on its way to `to`, without an object of the stream's for each read. What fits is copied out of
 * the shared buffer, which costs less than a buffer of its own for each read; who fills it gets one that is reused as
 * soon as the system has taken what was in it.
 */
export class Intake implements OnReadOpts {
  readonly #to: Duplex
  readonly #count: (bytes: number) => void
  #own: Buffer | undefined
  /** Still being written from. */
  #busy: Buffer | undefined
  #small = 0

  constructor(to: Duplex, count: (bytes: number) => void) {
    this.#to = to
    this.#count = count
  }

  readonly buffer = (): Buffer => this.#own ?? shared

  /** False stops reading until somebody resumes. */
  readonly callback = (bytes: number, from: Uint8Array): boolean => {
    const own = this.#own
    this.#count(bytes)
    if (own === undefined || from.buffer !== own.buffer) {
      if (bytes === shared.length) this.#own = Buffer.allocUnsafeSlow(ownBytes)
      const copy = Buffer.allocUnsafe(bytes)
      shared.copy(copy, 0, 0, bytes)
      return this.#to.write(copy)
    }
    this.#small = bytes <= shared.length / 4 ? this.#small + 1 : 0
    const goOn = this.#to.write(own.subarray(0, bytes))
    if (this.#to.writableLength > 0) {
      this.#own = undefined
      this.#busy = goOn ? undefined : own
    } else if (this.#small > patience) this.#own = undefined
    return goOn
  }

  /** Nothing waits to be written any more. */
  drained(): void {
    this.#own ??= this.#busy
    this.#busy = undefined
  }
}
