import { connect, type Socket } from 'node:net'
import { requestPath } from '../../../src/lib/request-path.ts'
import type { LocalHealthCheck } from '../api.ts'
import type { Outcome } from './health-verdict.ts'

/** Where a check goes. */
export interface ProbePlace {
  readonly address: string
  readonly port: number
}

/** Never rejects: what went wrong is the outcome. Aborted, it ends soon with any. */
export type Probe = (place: ProbePlace, check: LocalHealthCheck, signal: AbortSignal) => Promise<Outcome>

/** A status line is shorter. */
const mostBytes = 1024

/** For one that passed. */
const lingerMs = 500

/** TCP: connects. HTTP: a status from 200 to 399, of which nothing more is read than its line. */
export const probe: Probe = (place, check, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(failure('ended', 'The check was ended.'))
    const where = placeText(place)
    const socket = connect({ host: place.address, port: place.port, noDelay: true, autoSelectFamily: false })
    const done = (outcome: Outcome) => {
      signal.removeEventListener('abort', ended)
      if (outcome.passed) leave(socket)
      else socket.destroy()
      resolve(outcome)
    }
    const ended = () => done(failure('ended', 'The check was ended.'))
    signal.addEventListener('abort', ended, { once: true })
    socket.setTimeout(check.timeoutMs, () =>
      done(failure('timedOut', `${where} did not answer within ${check.timeoutMs} ms.`)),
    )
    socket.on('error', (error: NodeJS.ErrnoException) => done(refusal(error, where)))
    socket.on('close', () => done(failure('closed', `${where} ended the connection without an answer.`)))
    if (check.protocol === 'TCP') socket.on('connect', () => done(passed(`${where} accepts connections.`)))
    else ask(socket, place, check.path ?? '/', done)
  })

/** Reads what still comes and ends in good order: a reset would be an error in the log of whoever was asked. */
function leave(socket: Socket): void {
  socket.removeAllListeners('data').removeAllListeners('timeout')
  socket.setTimeout(lingerMs, () => socket.destroy())
  socket.resume().end()
}

function ask(socket: Socket, place: ProbePlace, path: string, done: (outcome: Outcome) => void): void {
  const url = `http://${placeText(place)}${path}`
  let head = ''
  socket.on('connect', () =>
    socket.write(
      `GET ${requestPath(path)} HTTP/1.1\r\nHost: ${placeText(place)}\r\nUser-Agent: lb-controller\r\nConnection: close\r\n\r\n`,
    ),
  )
  socket.on('data', (chunk) => {
    head += chunk.toString('latin1')
    if (!head.includes('\n') && head.length < mostBytes) return
    const status = Number(/^HTTP\/1\.[01] (\d{3})\b/.exec(head)?.[1])
    if (Number.isNaN(status)) done(failure('notHttp', `${url} does not answer in HTTP.`))
    else if (status >= 200 && status < 400) done(passed(`${url} answers ${status}.`))
    else done(failure(`status${status}`, `${url} answers ${status}.`))
  })
}

const passed = (message: string): Outcome => ({ passed: true, reason: 'passed', message })
const failure = (reason: string, message: string): Outcome => ({ passed: false, reason, message })

function refusal({ code, message }: NodeJS.ErrnoException, where: string): Outcome {
  if (code === 'ECONNREFUSED') return failure('refused', `Nobody listens on ${where}.`)
  if (code === 'ECONNRESET') return failure('reset', `${where} reset the connection.`)
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return failure('unreachable', `There is no way to ${where}.`)
  return failure('failed', `${where}: ${message}`)
}

const placeText = ({ address, port }: ProbePlace): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
