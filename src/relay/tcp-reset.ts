import type { Socket } from 'node:net'

/**
 * Breaks a connection off, as one that has lost its other side. While the end of a direction is under way the system
 * layer refuses a reset, and Node then loses the socket, never closed: the reset waits for that, one turn of the loop.
 */
export function reset(socket: Socket): void {
  if (socket.connecting) socket.destroy()
  else if (!isEnding(socket)) socket.resetAndDestroy()
  else socket.once('finish', () => socket.resetAndDestroy())
}

/** The same for what carries TLS, whose end may wait for a client that does not read: then it is closed at once. */
export function resetTls(outer: Socket, inner: Socket): void {
  if (isEnding(inner)) outer.destroy()
  else outer.resetAndDestroy()
}

/** What was written has left, and the end of it is on its way. */
const isEnding = ({ writableEnded, writableFinished, writableLength }: Socket): boolean =>
  writableEnded && !writableFinished && writableLength === 0
