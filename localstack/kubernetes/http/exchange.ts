import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiFault, badRequest, statusOf } from '../fault.ts'
import { readProtobuf } from './protobuf.ts'
import type { Upgrade } from './upgrade.ts'

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  /** Where the client asks to go on in another protocol. */
  readonly upgrade?: Upgrade | undefined
}

export function send(response: ServerResponse, code: number, body: unknown): void {
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`
  response.writeHead(code, {
    'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache, private',
  })
  response.end(text)
}

export function sendFault(response: ServerResponse, fault: ApiFault): void {
  const wait = fault.details?.retryAfterSeconds
  if (wait !== undefined) response.setHeader('retry-after', wait)
  send(response, fault.code, statusOf(fault))
}

export const mediaTypeOf = (request: IncomingMessage) =>
  (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''

export const unsupportedMediaType = (accepted: readonly string[]) =>
  new ApiFault(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )

const limit = 3 * 1024 * 1024

/** The body as a value, from JSON, YAML or protobuf; undefined when there is none. */
export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit)
      throw new ApiFault(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`)
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  const text = bytes.toString()
  if (text.trim() === '') return undefined
  if (/protobuf|cbor/.test(mediaTypeOf(request))) {
    const object = readProtobuf(bytes)
    if (object === undefined) throw unsupportedMediaType(['application/json', 'application/yaml'])
    return object
  }
  try {
    return mediaTypeOf(request).endsWith('yaml') ? await readYaml(text) : JSON.parse(text)
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`)
  }
}

/** JSON is YAML, and what programs send as such: whoever sends no other needs no library for it. */
async function readYaml(text: string): Promise<unknown> {
  try {
    return JSON.parse(text)
  } catch {
    const { parse } = await import('./yaml-library.ts')
    return parse(text)
  }
}
