import type { Server } from 'node:net'

/** Under a flood some are reset after all: a process that was told to stop must not go on for ever. */
const mostTurns = 1000

/**
 * Closes a listener in the first turn of the event loop that has brought it nothing: whoever is queued and not accepted
 * when a listener closes is reset, though another process listens beside it (unless net.ipv4.tcp_migrate_req is 1).
 * Node accepts one connection of a listener in a turn, so that the queue may take many. Resolves when it is closed to
 * new connections.
 */
export function closeWhenQuiet(server: Server): Promise<void> {
  // Twice around: the turn in which this is called has polled already, or not yet.
  let quiet = 0
  server.on('connection', () => (quiet = 0))
  return new Promise<void>((resolve) => {
    let turns = 0
    const turn = () => {
      if (++quiet <= 2 && ++turns < mostTurns) setImmediate(turn)
      else resolve()
    }
    turn()
  }).then(() => void server.close())
}
