import type { Io } from './io.ts'

/** Aborts when nobody can write to it any more. */
export function stdinEnded(stream: Io['stdin']): AbortSignal {
  const over = new AbortController()
  void (async () => {
    try {
      for await (const _piece of stream);
    } finally {
      over.abort()
    }
  })().catch(() => {})
  return over.signal
}
