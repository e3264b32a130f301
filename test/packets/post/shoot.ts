import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import type { Outcome, Shot, Tally } from '../orders.ts'

/** Opens one connection, or sends one datagram, and tells what became of it. */
export function shootOnce(shot: Shot): Promise<Outcome> {
  return shot.protocol === 'TCP' ? tcp(shot) : udp(shot)
}

export async function shoot(shot: Shot): Promise<Tally> {
  const tally: Record<string, number> = {}
  const missing = new Set(shot.until)
  const most = shot.most ?? 1
  for (let n = 0; n < most; n++) {
    const outcome = await shootOnce(shot)
    count(tally, outcome)
    if (outcome.kind !== 'answered') break
    missing.delete(outcome.pod)
    if (shot.until !== undefined && missing.size === 0) break
  }
  return tally
}

export function count(tally: Record<string, number>, outcome: Outcome): void {
  const key = textOf(outcome)
  tally[key] = (tally[key] ?? 0) + 1
}

function textOf(outcome: Outcome): string {
  if (outcome.kind === 'answered') return `${outcome.pod} from ${outcome.seen}`
  return outcome.kind === 'error' ? `error: ${outcome.message}` : outcome.kind
}

const failure = (error: NodeJS.ErrnoException): Outcome => {
  if (error.code === 'ECONNREFUSED') return { kind: 'refused' }
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return { kind: 'reset' }
  if (error.code === 'EHOSTUNREACH' || error.code === 'ENETUNREACH') return { kind: 'unreachable' }
  return { kind: 'error', message: error.message }
}

function answer(text: string): Outcome {
  const [pod = '', seen = ''] = text.trim().split(' ')
  return { kind: 'answered', pod, seen }
}

function tcp(shot: Shot): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect({
      host: shot.to,
      port: shot.port,
      ...(shot.from === undefined ? {} : { localAddress: shot.from }),
    })
    const timer = setTimeout(() => done({ kind: 'silence' }), shot.timeoutMs)
    const done = (outcome: Outcome) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(outcome)
    }
    socket.on('error', (error) => done(failure(error)))
    socket.once('data', (bytes) => done(answer(bytes.toString())))
    socket.once('end', () => done({ kind: 'reset' }))
  })
}

function udp(shot: Shot): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = createSocket(shot.to.includes(':') ? 'udp6' : 'udp4')
    let again: NodeJS.Timeout | undefined
    const timer = setTimeout(() => done({ kind: 'silence' }), shot.timeoutMs)
    const done = (outcome: Outcome) => {
      clearTimeout(timer)
      clearInterval(again)
      socket.close()
      resolve(outcome)
      done.called = true
    }
    done.called = false
    const once = (outcome: Outcome) => done.called || done(outcome)
    socket.on('error', (error) => once(failure(error)))
    socket.on('message', (bytes) => once(answer(bytes.toString())))
    // EPERM: a rule of this very machine dropped or rejected it. Which one it was, the next moment tells.
    const sent = (error: NodeJS.ErrnoException | null) =>
      error && error.code !== 'EPERM' && once(failure(error))
    const send = () => done.called || socket.send('?', sent)
    const begin = () =>
      socket.connect(shot.port, shot.to, () => {
        send()
        // A full buffer may lose one; the same flow asks again.
        again = setInterval(send, 700)
      })
    if (shot.from === undefined) begin()
    else socket.bind({ address: shot.from, port: 0 }, begin)
  })
}

/** Runs `work` on each, so many at a time, and keeps the order of the answers. */
export async function each<T, R>(
  items: readonly T[],
  parallel: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const answers: R[] = []
  let next = 0
  const lane = async () => {
    for (let mine = next++; mine < items.length; mine = next++) answers[mine] = await work(items[mine] as T)
  }
  await Promise.all(Array.from({ length: parallel }, lane))
  return answers
}
