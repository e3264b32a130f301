import { request } from 'node:http'
import { LocalRefusal, type LocalApi } from './api.ts'
import { localCalls, type LocalAnswer, type LocalCall, type LocalRefused, pathOf } from './wire.ts'

/** The most that an answer may hold: some ten thousand listeners. */
const mostBytes = 256 * 1024 * 1024

/** The port over a unix socket. One request a call, each on a connection of its own: both ends are on this machine. */
export function createClient(socketPath: string): LocalApi {
  const call =
    (name: LocalCall) =>
    async (...given: readonly unknown[]): Promise<unknown> => {
      const signal = given.at(-1) as AbortSignal
      const { status, body } = await post(socketPath, pathOf(name), given.slice(0, -1), signal)
      if (status === 200) return (JSON.parse(body) as LocalAnswer).value
      throw refusalIn(name, status, body)
    }
  return Object.fromEntries(localCalls.map((name) => [name, call(name)])) as unknown as LocalApi
}

function refusalIn(name: LocalCall, status: number, body: string): Error {
  const { reason, message, field } = parsed(body)
  if (status < 500 || reason === 'exhausted') {
    if (reason !== undefined && message !== undefined) return new LocalRefusal(reason, message, field)
  }
  return new Error(`${name} was answered with status ${status}: ${message ?? body.slice(0, 200)}`)
}

function parsed(body: string): Partial<LocalRefused> {
  try {
    return JSON.parse(body) as Partial<LocalRefused>
  } catch {
    return {}
  }
}

interface Answered {
  readonly status: number
  readonly body: string
}

const post = (
  socketPath: string,
  path: string,
  given: readonly unknown[],
  signal: AbortSignal,
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const text = Buffer.from(JSON.stringify(given.map((one) => one ?? null)))
    const headers = { 'content-type': 'application/json', 'content-length': text.length }
    const sent = request({ socketPath, path, method: 'POST', headers, signal, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      let size = 0
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > mostBytes) answer.destroy(new Error('the answer is too long'))
        else chunks.push(chunk)
      })
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    sent.on('error', reject)
    sent.end(text)
  })
