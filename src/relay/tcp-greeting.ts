import type { Socket } from 'node:net'
import { parseProxyHeader, type Ends } from './proxy-header.ts'

/** What a client said before its own bytes. */
export type Greeting = { readonly ends?: Ends } | { readonly wrong: string }

/**
 * Reads a PROXY header and no more: what came behind it is put back. Answers nothing for a client that leaves first,
 * or says nothing; whoever waits for it has a time limit.
 */
export function readProxyHeader(client: Socket, done: (greeting: Greeting) => void): void {
  let had: Buffer = Buffer.alloc(0)
  const finish = (greeting: Greeting) => {
    client.off('data', read)
    client.off('end', ended)
    client.pause()
    done(greeting)
  }
  const ended = () => finish({ wrong: 'the client ended before its PROXY header did' })
  const read = (chunk: Buffer) => {
    had = had.length === 0 ? chunk : Buffer.concat([had, chunk])
    const parsed = parseProxyHeader(had)
    if (parsed === 'more') return
    if ('wrong' in parsed) return finish(parsed)
    const rest = had.subarray(parsed.length)
    const { ends } = parsed
    client.pause()
    if (rest.length > 0) client.unshift(rest)
    finish(ends === undefined ? {} : { ends })
  }
  client.on('data', read)
  client.on('end', ended)
  client.resume()
}
