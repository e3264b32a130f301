import { aborted } from '../../lib/aborted.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../observe/log.ts'

export interface KeepServingOptions<S extends Closable> {
  /** What is served, for whoever reads that it cannot be. */
  readonly what: string
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  /** Undefined: it is not wanted. */
  readonly serve: () => Promise<S | undefined> | undefined
  readonly onServing?: (server: S) => void
}

interface Closable {
  close(): Promise<void>
}

const againMs = 1_000

/** On a restart the process before holds the port for a moment; for longer it is somebody who does the same work. */
const hintOf = (error: unknown): { readonly hint?: string } =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    ? {
        hint: 'another program has this port: does kube-proxy, or another node proxy, still run on this node?',
      }
    : {}

/**
 * Serves as soon as the address can be had: on a restart the process before may still hold it. Packets do not wait
 * for it. `closed` resolves after the signal aborted and the server is down.
 */
export function keepServing<S extends Closable>(
  opts: KeepServingOptions<S>,
): { readonly closed: Promise<void> } {
  const { what, clock, log, signal, serve, onServing } = opts
  const run = async (): Promise<void> => {
    let said = false
    while (!signal.aborted) {
      try {
        const server = await serve()
        if (server === undefined) return
        if (said) log.info('served at last', { what })
        onServing?.(server)
        await aborted(signal)
        return await server.close()
      } catch (error) {
        if (!said) log.warn('cannot be served yet, trying again', { what, error, ...hintOf(error) })
        said = true
        await clock.sleep(againMs, signal)
      }
    }
  }
  return { closed: run() }
}
