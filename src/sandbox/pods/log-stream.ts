import type { LogOptions } from '../../../localstack/kubernetes/pod-runtime.ts'
import type { LogLine, LogRing } from './log-ring.ts'
import { chosenLines, lineBytes } from './log-text.ts'

/** More lines than this wait for a slow reader; then the oldest of them go. */
const mostWaiting = 10_000

/** `ended` resolves when nothing is written to this ring any more. */
export async function* logStream(
  ring: LogRing,
  options: LogOptions,
  ended: Promise<unknown>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let left = options.limitBytes ?? Infinity
  const waiting: LogLine[] = []
  let wake: (() => void) | undefined
  const push = (line: LogLine) => {
    waiting.push(line)
    if (waiting.length > mostWaiting) waiting.shift()
    wake?.()
  }
  // Complete lines only where more follow: the open one comes when it has its end.
  const lines = chosenLines(options.follow ? ring.complete() : ring.lines(), options)
  const stop = options.follow ? ring.follow(push) : () => {}
  let over = !options.follow
  const finish = () => {
    over = true
    wake?.()
  }
  void ended.then(finish)
  signal.addEventListener('abort', finish, { once: true })
  try {
    waiting.push(...lines)
    while (!signal.aborted && left > 0) {
      const line = waiting.shift()
      if (line !== undefined) {
        const bytes = lineBytes(line, options.timestamps).subarray(0, left)
        left -= bytes.length
        yield bytes
      } else if (over) return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stop()
    signal.removeEventListener('abort', finish)
  }
}
