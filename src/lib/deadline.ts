import type { Clock } from './clock.ts'

export interface Deadline {
  /** Aborts when the time is up or the caller's signal does. */
  readonly signal: AbortSignal
  /** Whether it was the time. */
  readonly expired: boolean
  /** Takes the time limit away; the caller's signal still aborts. */
  lift(): void
  /** Aborts now. */
  cut(): void
  /** Must be called when the work is done: frees the timer and the caller's signal. */
  clear(): void
}

export function deadline(clock: Clock, ms: number, parent: AbortSignal): Deadline {
  const own = new AbortController()
  let expired = false
  const cancel = clock.after(ms, () => {
    expired = true
    own.abort()
  })
  const cut = () => own.abort()
  if (parent.aborted) cut()
  else parent.addEventListener('abort', cut, { once: true })
  return {
    signal: own.signal,
    get expired() {
      return expired
    },
    lift: cancel,
    cut,
    clear() {
      cancel()
      parent.removeEventListener('abort', cut)
    },
  }
}
