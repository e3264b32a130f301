import type { Socket } from 'node:net'

/** What a connection carries, told as it goes. */
export interface Carried {
  /** From the client to the target. */
  sent(bytes: number): void
  received(bytes: number): void
}

/**
 * Carries bytes both ways until both have ended. The end of one direction is passed on alone; what breaks one side
 * resets the other, for an orderly end would tell it that it has got everything.
 */
export function pump(client: Socket, target: Socket, carried: Carried): void {
  carry(client, target, (bytes) => carried.sent(bytes))
  carry(target, client, (bytes) => carried.received(bytes))
}

function carry(from: Socket, to: Socket, count: (bytes: number) => void): void {
  from.on('data', (chunk: Buffer) => {
    count(chunk.length)
    if (!to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('end', () => to.end())
  from.on('close', () => {
    if (!isOver(from)) to.resetAndDestroy()
  })
}

/** Both directions came to their end by themselves. */
const isOver = (socket: Socket): boolean => socket.readableEnded && socket.writableFinished
