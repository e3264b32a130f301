import { rmSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Part } from './part.ts'

/** What a sandbox answers to: a method and a path, and what to do there with the body. */
export type Orders = Readonly<Record<string, (body: unknown) => unknown>>

/** Serves orders on a unix socket in a folder that only its user can enter. */
export async function serveControl(path: string, orders: Orders): Promise<Part> {
  rmSync(path, { force: true })
  const server = createServer((asked, response) => void answer(orders, asked, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve())
  })
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(orders: Orders, asked: IncomingMessage, response: ServerResponse): Promise<void> {
  const order = orders[`${asked.method} ${asked.url}`]
  const send = (code: number, value: unknown) => {
    response.writeHead(code, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value ?? null))
  }
  if (order === undefined) return send(404, { message: `there is no ${asked.method} ${asked.url}` })
  try {
    const text = await bodyOf(asked)
    send(200, await order(text === '' ? undefined : JSON.parse(text)))
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string }
    send(409, { message, hint })
  }
}

/** Asks a running sandbox. Rejects when nobody listens, or with what the sandbox has against it. */
export function askControl<T>(path: string, order: string, body?: unknown, patienceMs = 5_000): Promise<T> {
  const [method, url] = order.split(' ')
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath: path, method, path: url, timeout: patienceMs }, (response) => {
      bodyOf(response)
        .then((text) => {
          const value = JSON.parse(text) as T & { message?: string }
          if (response.statusCode === 200) resolve(value)
          else reject(Object.assign(new Error(value.message), value))
        })
        .catch(reject)
    })
    asking.once('error', reject)
    asking.once('timeout', () => asking.destroy(new Error('no answer')))
    asking.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

async function bodyOf(stream: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}
