/** Clients of a load balancer, at whichever loopback address they are told to be. */
import { createSocket } from 'node:dgram'
import { request, type Agent } from 'node:http'
import { connect, type Socket } from 'node:net'

const patienceMs = 20_000

export interface Place {
  readonly address: string
  readonly port: number
  /** The client's own address. Default: as the system chooses. */
  readonly from?: string
}

/** What an echo server says of a request. */
export interface Echo {
  readonly pod: string
  readonly node: string
  /** `ADDRESS:PORT` */
  readonly client: string
  readonly proxy: string
}

const localOf = ({ from }: Place) => (from === undefined ? {} : { localAddress: from })

/** A request on a connection of its own, or of the agent's. Rejects when there is no whole answer. */
export function echo(place: Place, path = '/', agent?: Agent): Promise<Echo> {
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        host: place.address,
        port: place.port,
        path,
        headers: {
          accept: 'application/json',
          connection: agent === undefined ? 'close' : 'keep-alive',
        },
        agent,
        timeout: patienceMs,
        ...localOf(place),
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        response.once('error', reject)
        response.once('end', () => resolve(JSON.parse(text) as Echo))
      },
    )
    asking.once('timeout', () => asking.destroy(new Error('no answer in time')))
    asking.once('error', reject)
    asking.end()
  })
}

/** One connection after the other. */
export async function echoes(place: Place, count: number): Promise<readonly Echo[]> {
  const all: Echo[] = []
  for (let at = 0; at < count; at++) all.push(await echo(place))
  return all
}

/** Sends a datagram, and answers what comes back. */
export function ask({ address, port, from }: Place, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const end = (act: () => void) => {
      clearTimeout(timer)
      socket.close()
      act()
    }
    const timer = setTimeout(() => end(() => reject(new Error('no answer in time'))), patienceMs)
    socket.once('message', (message) => end(() => resolve(message.toString())))
    socket.once('error', (error) => end(() => reject(error)))
    socket.bind(0, from, () => socket.send(text, port, address))
  })
}

/** A connection that stays open, with what was answered on it so far. */
export interface Held {
  readonly socket: Socket
  readonly heard: string
}

/** Asks once and stays. Undefined: it was turned away. */
export function hold(place: Place): Promise<Held | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: place.address, port: place.port, ...localOf(place) })
    socket.once('connect', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))
    socket.once('data', (bytes) => {
      socket.setTimeout(0)
      resolve({ socket, heard: String(bytes) })
    })
    socket.on('error', () => resolve(undefined))
    socket.once('close', () => resolve(undefined))
    socket.setTimeout(patienceMs, () => socket.destroy())
  })
}
