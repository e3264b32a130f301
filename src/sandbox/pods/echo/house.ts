import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../../../lib/clock.ts'
import { writePatiently } from '../../../lib/patient-write.ts'
import type { End } from '../../../relay/proxy-header.ts'
import { echoAnswer, echoLine, type EchoAnswer, type EchoIdentity, type EchoPeer } from './answer.ts'
import { readOpening, type Opening } from './greeting.ts'

/** Of a request that is echoed. */
const longestBody = 65_536

/** One connection, and the pod that it is open to. */
export interface EchoVisit {
  readonly who: EchoIdentity
  /** Where the pod believes to listen. */
  readonly local: End
  /** Called with each line of the access log. */
  readonly log: (line: string) => void
  /** Whether the pod is about to end: connections are closed when they fall idle. */
  readonly ending: () => boolean
}

/** Answers the connections of all echo pods: a pod itself costs a listener and no more. */
export class EchoHouse {
  readonly #clock: Clock
  readonly #visits = new WeakMap<Socket, { visit: EchoVisit; peer: EchoPeer }>()
  readonly #busy = new WeakSet<Socket>()
  readonly #http = createHttp((request, response) => void this.#answer(request, response))

  constructor(clock: Clock) {
    this.#clock = clock
    this.#http.keepAliveTimeout = 75_000
  }

  /** Whether a request is under way there. */
  isBusy(socket: Socket): boolean {
    return this.#busy.has(socket)
  }

  welcome(socket: Socket, visit: EchoVisit): void {
    const client = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
    socket.on('error', () => socket.destroy())
    readFirst(socket, (opening, bytes) => {
      const peer = {
        client,
        local: visit.local,
        ...(opening.proxy === undefined ? {} : { proxy: opening.proxy }),
      }
      const rest = bytes.subarray(opening.skip)
      if (opening.speaks === 'bytes') return echoBytes(socket, visit, peer, rest)
      this.#visits.set(socket, { visit, peer })
      socket.unshift(rest)
      this.#http.emit('connection', socket)
      socket.resume()
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request
    const found = this.#visits.get(socket)
    if (found === undefined) return void response.destroy()
    const { visit, peer } = found
    this.#busy.add(socket)
    response.once('close', () => this.#busy.delete(socket))
    const { method = '', url = '/', headers } = request
    const answer = echoAnswer(visit.who, peer, { method, url, headers, body: await bodyOf(request) })
    if (answer.delayMs > 0) await this.#clock.sleep(answer.delayMs)
    visit.log(`${peer.client.address} "${method} ${url}" ${answer.status}`)
    response.writeHead(answer.status, {
      'content-type': answer.type,
      'content-length': answer.bytes ?? Buffer.byteLength(answer.body),
      'x-pod': visit.who.pod,
      ...(visit.ending() ? { connection: 'close' } : {}),
    })
    if (answer.bytes === undefined || method === 'HEAD') response.end(answer.body)
    else await sendBytes(response, answer as EchoAnswer & { bytes: number })
  }
}

function readFirst(socket: Socket, done: (opening: Exclude<Opening, 'more'>, bytes: Buffer) => void): void {
  let had: Buffer = Buffer.alloc(0)
  const look = (ended: boolean) => {
    const opening = readOpening(had, ended)
    if (opening === 'more') return
    socket.off('data', read)
    socket.off('end', atEnd)
    socket.pause()
    done(opening, had)
  }
  const read = (chunk: Buffer) => {
    had = had.length === 0 ? chunk : Buffer.concat([had, chunk])
    look(false)
  }
  const atEnd = () => (had.length === 0 ? socket.end() : look(true))
  socket.on('data', read)
  socket.on('end', atEnd)
}

function echoBytes(socket: Socket, { who, log }: EchoVisit, peer: EchoPeer, first: Buffer): void {
  const line = echoLine(who, peer)
  log(line.trimEnd())
  socket.write(line)
  if (first.length > 0) socket.write(first)
  if (socket.readableEnded) socket.end()
  else socket.pipe(socket)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  try {
    for await (const chunk of request) if (body.length < longestBody) body += String(chunk)
  } catch {
    // The client went in the middle: nobody reads the answer.
  }
  return body.slice(0, longestBody)
}

const block = Buffer.alloc(65_536, 'x')

async function sendBytes(response: ServerResponse, { bytes }: { bytes: number }): Promise<void> {
  for (let left = bytes; left > 0 && !response.destroyed; left -= block.length)
    await writePatiently(response, left < block.length ? block.subarray(0, left) : block)
  response.end()
}
