import { connect, type OnReadOpts, type Socket } from 'node:net'
import type { Clock } from '../lib/clock.ts'
import type { Target } from './balancer.ts'

export interface Dial {
  readonly target: Target
  /** What is read goes there. */
  readonly onread: OnReadOpts
  readonly clock: Clock
  readonly timeoutMs: number
  /** Absent: the system chooses. */
  readonly from?: { readonly localAddress: string; readonly localPort: number }
}

/** Answers once: connected, or why not. */
export function dial(
  { target, onread, clock, timeoutMs, from }: Dial,
  done: (socket: Socket, error?: Error) => void,
): Socket {
  const socket = connect({
    host: target.address,
    port: target.port,
    ...from,
    allowHalfOpen: true,
    noDelay: true,
    autoSelectFamily: false,
    onread,
  })
  let open = true
  const settle = (error?: Error) => {
    if (!open) return
    open = false
    cancel()
    done(socket, error)
  }
  const cancel = clock.after(timeoutMs, () => socket.destroy(new Error('no answer in time')))
  socket.on('error', settle)
  socket.on('connect', () => settle())
  // Somebody gave it up.
  socket.on('close', () => settle(new Error('closed')))
  return socket
}
