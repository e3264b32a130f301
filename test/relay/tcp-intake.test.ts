import assert from 'node:assert/strict'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import * as fc from 'fast-check'
import { Intake } from '../../src/relay/tcp-intake.ts'

/** Takes some writes at once, and keeps hold of the memory of others until it is let go. */
class Sluggish extends Duplex {
  readonly taken: Buffer[] = []
  slow = false
  #release: (() => void) | undefined

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const take = () => {
      this.taken.push(Buffer.from(chunk))
      done()
    }
    if (this.slow) this.#release = take
    else take()
  }

  override _read(): void {}

  /** Until nothing waits. */
  async flush(): Promise<void> {
    this.slow = false
    while (this.#release !== undefined) {
      const release = this.#release
      this.#release = undefined
      release()
      await turn()
    }
  }
}

const read = fc.record({
  /** Of the buffer that is offered. */
  share: fc.oneof(fc.constant(1), fc.double({ min: 0.001, max: 1, noNaN: true })),
  slow: fc.boolean(),
  flush: fc.boolean(),
})

test('intake: whatever is read arrives as it was, while buffers are reused', async () => {
  let reused = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), read), { maxLength: 40 }), async (reads) => {
      const sides = [0, 1].map(() => {
        const to = new Sluggish({ highWaterMark: 2 ** 18 })
        const intake = new Intake(to, () => {})
        to.on('drain', () => intake.drained())
        return { to, intake, buffer: intake.buffer(), sent: [] as Buffer[], goOn: true }
      })
      let byte = 0
      for (const [which, { share, slow, flush }] of reads) {
        const side = sides[which]
        assert.ok(side !== undefined)
        if (flush || !side.goOn) {
          await side.to.flush()
          side.goOn = true
        }
        side.to.slow = slow
        const bytes = Math.max(1, Math.floor(side.buffer.length * share))
        side.buffer.fill(++byte, 0, bytes)
        side.sent.push(Buffer.alloc(bytes, byte))
        const before = side.buffer
        side.goOn = side.intake.callback(bytes, side.buffer)
        side.buffer = side.intake.buffer()
        if (side.buffer === before && side.buffer.length > 2 ** 16) reused++
      }
      for (const { to, sent } of sides) {
        await to.flush()
        assert.ok(Buffer.concat(to.taken).equals(Buffer.concat(sent)))
      }
    }),
    { numRuns: 60 },
  )
  assert.ok(reused > 10, 'own buffers came to use')
})
