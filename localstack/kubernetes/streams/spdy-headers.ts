import { constants, createDeflate, createInflate } from 'node:zlib'
import { spdyDictionary } from './spdy-dictionary.ts'

export type Headers = Readonly<Record<string, string>>

/** Headers of one direction. They are one compressed stream for the life of a connection, so they are read in order. */
export function headerReader(): (block: Buffer) => Promise<Headers> {
  const inflate = createInflate({ dictionary: spdyDictionary, finishFlush: constants.Z_SYNC_FLUSH })
  return (block) =>
    new Promise((resolve, reject) => {
      inflate.once('error', reject)
      inflate.write(block, () => {
        inflate.off('error', reject)
        resolve(parse((inflate.read() as Buffer | null) ?? Buffer.alloc(0)))
      })
    })
}

export function headerWriter(): (headers: Headers) => Promise<Buffer> {
  const deflate = createDeflate({ dictionary: spdyDictionary })
  return (headers) =>
    new Promise((resolve) => {
      deflate.write(format(headers))
      deflate.flush(constants.Z_SYNC_FLUSH, () => resolve(deflate.read() as Buffer))
    })
}

/** A count, then each name and value behind its length. Throws a RangeError when a length points beyond the end. */
function parse(bytes: Buffer): Headers {
  let at = 0
  const next = () => bytes.readUInt32BE((at += 4) - 4)
  const text = () => {
    const length = next()
    return bytes.toString('utf8', at, (at += length))
  }
  const headers: [string, string][] = []
  for (let left = next(); left > 0; left--) headers.push([text().toLowerCase(), text()])
  return Object.fromEntries(headers)
}

const number = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function format(headers: Headers): Buffer {
  const text = (value: string) => [number(Buffer.byteLength(value)), Buffer.from(value)]
  const entries = Object.entries(headers)
  return Buffer.concat([
    number(entries.length),
    ...entries.flatMap(([name, value]) => [...text(name), ...text(value)]),
  ])
}
