import type { IncomingMessage } from 'node:http'
import type * as Library from 'ws'
import { badRequest } from '../fault.ts'
import type { Upgrade } from '../http/upgrade.ts'

export const isWebSocket = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket'

const protocolsOf = ({ headers }: IncomingMessage) =>
  (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())

/** Far above what clients send at once, which is 32 KiB. */
const maxPayload = 16 * 1024 * 1024

/**
 * Speaks WebSocket on the connection, in the first of the client's protocols that is accepted; 400 when none is. `begin`
 * listens at once, since the client may have sent something already.
 */
export async function openWebSocket<T>(
  request: IncomingMessage,
  upgrade: Upgrade,
  accepted: readonly string[],
  begin: (socket: Library.WebSocket, library: typeof Library) => T,
): Promise<T> {
  const protocol = protocolsOf(request).find((name) => accepted.includes(name))
  if (protocol === undefined)
    throw badRequest(`unable to upgrade: none of the client's subprotocols is one of ${accepted.join(', ')}`)
  // Loaded with the first stream: until then nobody pays for it.
  const library = await import('ws')
  const server = new library.WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload,
  })
  // The library refuses the slash in the name of a tunnel, so the choice is made without it.
  delete request.headers['sec-websocket-protocol']
  server.once('headers', (lines) => lines.push(`Sec-WebSocket-Protocol: ${protocol}`))
  const { socket, head } = upgrade.take()
  return new Promise((resolve, reject) => {
    server.once('wsClientError', (error) => {
      socket.destroy()
      reject(error)
    })
    server.handleUpgrade(request, socket, head, (opened) => resolve(begin(opened, library)))
  })
}
