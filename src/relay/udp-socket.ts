import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'

export interface Place {
  readonly address: string
  readonly port: number
}

/** Every address here is a literal: looked up at once, so that a socket is bound and connected before its call returns. */
const literal = (
  address: string,
  _options: unknown,
  done: (error: null, address: string, family: number) => void,
): void => done(null, address, isIPv6(address) ? 6 : 4)

interface SocketNeeds {
  readonly sharePorts?: boolean
  /** Bytes; the system gives less where it allows less (net.core.rmem_max). */
  readonly receiveBuffer: number
}

function openSocket(address: string, { sharePorts, receiveBuffer }: SocketNeeds): Socket {
  return createSocket({
    type: isIPv6(address) ? 'udp6' : 'udp4',
    lookup: literal,
    ...(isIPv6(address) ? { ipv6Only: true } : {}),
    reusePort: sharePorts === true,
    recvBufferSize: receiveBuffer,
  })
}

/** What clients of all flows may send before the next turn of the event loop. */
const frontBuffer = 4 * 1024 * 1024
/** Some of the largest datagrams: of one target for one client. */
const flowBuffer = 512 * 1024

/** Rejects with the system's error. */
export function listenAt({ address, port }: Place, sharePorts: boolean): Promise<Socket> {
  const socket = openSocket(address, { sharePorts, receiveBuffer: frontBuffer })
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

/**
 * Sends to this place only, and hears of it only, and when it refuses. Undefined: the system has no way there, or none
 * from that address.
 */
export const connectTo = (target: Place, from?: string): Socket | undefined =>
  connected(
    openSocket(target.address, { receiveBuffer: flowBuffer }),
    target,
    from === undefined ? undefined : { address: from, port: 0 },
  )

/**
 * A socket at the same place as others, that the kernel prefers for what this client sends: it goes on with a flow while
 * another process serves the place. Undefined: the system refuses.
 */
export const holdOn = (place: Place, client: Place): Socket | undefined =>
  connected(openSocket(place.address, { sharePorts: true, receiveBuffer: flowBuffer }), client, place)

const ignored = (): void => {}

/** A failure is told later, by an event: at once it is only seen by what the socket has not become. */
function connected(socket: Socket, peer: Place, own?: Place): Socket | undefined {
  socket.on('error', ignored)
  try {
    if (own !== undefined) {
      socket.bind({ ...own, exclusive: true })
      const { port } = socket.address()
      if (port === 0 || (own.port !== 0 && port !== own.port)) throw new Error('not bound')
    }
    socket.connect(peer.port, peer.address)
    socket.remoteAddress()
  } catch {
    socket.close()
    return undefined
  }
  socket.removeListener('error', ignored)
  return socket
}
