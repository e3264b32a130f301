import type { Clock } from '../lib/clock.ts'
import { isPassing, KubeError } from './errors.ts'
import type { Patch } from './port.ts'

export interface RetryPolicy {
  readonly clock: Clock
  readonly attempts: number
  readonly random: () => number
}

const firstWaitMs = 200
/** When the server asks for more, waiting is the caller's business. */
const longestWaitMs = 10_000

/** Tries again what may do better, after what the server asked for or a short and growing while. */
export async function retrying<T>(
  policy: RetryPolicy,
  once: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once()
    } catch (error) {
      if (attempt >= policy.attempts || signal.aborted || !isPassing(error)) throw error
      const asked = error instanceof KubeError ? error.retryAfterMs : undefined
      if (asked !== undefined && asked > longestWaitMs) throw error
      const waitMs = asked ?? firstWaitMs * 2 ** (attempt - 1) * (0.5 + 0.5 * policy.random())
      await policy.clock.sleep(waitMs, signal)
      if (signal.aborted) throw error
    }
  }
}

/** A second time changes nothing more, or is refused: the patch names the object or its version. */
export function isGuarded(patch: Patch): boolean {
  if (patch.type === 'apply') return true
  if (patch.type === 'json' || Array.isArray(patch.body)) return false
  const { metadata } = patch.body as { metadata?: { uid?: unknown; resourceVersion?: unknown } }
  return metadata?.uid !== undefined || metadata?.resourceVersion !== undefined
}
