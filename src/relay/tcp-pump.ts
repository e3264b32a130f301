import type { Socket } from 'node:net'
import type { Intake } from './tcp-intake.ts'
import { reset } from './tcp-reset.ts'

/** The two sides of a connection. */
export interface Pair {
  /** Or the inner side of its TLS. */
  readonly client: Socket
  readonly target: Socket
  /** Reads the target. */
  readonly intake: Intake
  /** Told of every read from the client. */
  readonly sent: (bytes: number) => void
  /** Breaks the client off. */
  readonly reset: () => void
}

/**
 * Carries bytes both ways until both have ended. The end of one direction is passed on alone; what breaks one side
 * resets the other, for an orderly end would tell it that it has got everything.
 */
export function pump({ client, target, intake, sent, reset: resetClient }: Pair): void {
  client.on('data', (chunk: Buffer) => {
    sent(chunk.length)
    if (!target.write(chunk)) client.pause()
  })
  target.on('drain', () => client.resume())
  client.on('drain', () => {
    intake.drained()
    target.resume()
  })
  client.on('end', () => target.end())
  target.on('end', () => client.end())
  client.on('close', () => {
    if (!isOver(client)) reset(target)
  })
  target.on('close', () => {
    if (!isOver(target)) resetClient()
  })
  client.resume()
  target.resume()
}

/** Both directions came to their end by themselves. */
const isOver = (socket: Socket): boolean => socket.readableEnded && socket.writableFinished
