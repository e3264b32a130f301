import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below those that systems give to whoever asks for any: none of these is taken by a client meanwhile, and a client that
 * tries one again and again cannot meet itself there.
 */
const range = { first: 22_000, count: 7_000 }

/** A TCP port of loopback that nobody has at this moment. */
export async function freePort(): Promise<number> {
  for (let tries = 0; ; tries++) {
    const port = range.first + Math.floor(Math.random() * range.count)
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch (error) {
      if (tries < 100 && (error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue
      throw error
    }
    server.close()
    await once(server, 'close')
    return port
  }
}
