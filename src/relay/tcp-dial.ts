import { connect, type OnReadOpts, type Socket } from 'node:net'
import type { Clock } from '../lib/clock.ts'
import type { Target } from './balancer.ts'

/** Answers once: connected, or why not. What is read goes to `onread`. */
export function dial(
  target: Target,
  onread: OnReadOpts,
  clock: Clock,
  timeoutMs: number,
  done: (socket: Socket, error?: Error) => void,
): Socket {
  const socket = connect({
    host: target.address,
    port: target.port,
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
