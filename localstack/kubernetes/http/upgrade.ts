import { ServerResponse, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** A connection that the client wants to go on with in another protocol. */
export interface Upgrade {
  /** Takes the connection out of HTTP; from here on no answer can be sent. */
  readonly take: () => { readonly socket: Socket; readonly head: Buffer }
}

/** A request to switch protocols, with an answer for when it is refused like any other request. */
export function upgradeOf(request: IncomingMessage, socket: Socket, head: Buffer) {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  const refuse = () => socket.end()
  response.once('finish', refuse)
  // A client that goes in the middle is no event: whoever has the connection sees it close.
  socket.on('error', () => {})
  const upgrade: Upgrade = {
    take() {
      response.off('finish', refuse)
      response.detachSocket(socket)
      return { socket, head }
    },
  }
  return { response, upgrade }
}
