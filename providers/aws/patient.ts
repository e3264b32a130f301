import type { Clock } from '../../src/lib/clock.ts'
import { ProviderError } from '../../src/provider/errors.ts'
import { type Action, actions, type AwsApi, type Calls } from './api.ts'

/** Together well below what a request may take. */
const pausesMs = [400, 1_200]

const isBusy = (error: unknown): error is ProviderError =>
  error instanceof ProviderError && (error.kind === 'throttled' || error.kind === 'transient')

/**
 * The port, asking again what AWS was too busy to answer. An object is read in several calls, and one that is refused
 * would throw away the answers of the others. Calls that change something are not repeated here: who planned them must
 * look first.
 */
export const patient = (api: AwsApi, clock: Clock): AwsApi => ({
  async call<A extends Action>(
    action: A,
    input: Calls[A]['input'],
    signal: AbortSignal,
  ): Promise<Calls[A]['output']> {
    if (actions[action].mutating) return api.call(action, input, signal)
    for (const pauseMs of pausesMs) {
      try {
        return await api.call(action, input, signal)
      } catch (error) {
        if (!isBusy(error) || signal.aborted) throw error
        await clock.sleep(error.retryAfterMs ?? pauseMs, signal)
      }
    }
    return api.call(action, input, signal)
  },
})
