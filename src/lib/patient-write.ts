import type { Writable } from 'node:stream'

/** Writes, and resolves when there is room for more, or nobody left to read it: a reader that never reads is not written to for ever. */
export async function writePatiently(to: Writable, chunk: Uint8Array | string): Promise<void> {
  if (to.write(chunk) || to.destroyed) return
  await new Promise<void>((resolve) => {
    const done = () => {
      to.off('drain', done)
      to.off('close', done)
      resolve()
    }
    to.on('drain', done)
    to.on('close', done)
  })
}
