import { constants, createDeflate, createInflate } from 'node:zlib'
import { spdyDictionary } from './spdy-dictionary.ts'

export type Headers = Readonly<Record<string, string>>

/** Of one block, unpacked. Clients send a few hundred bytes. */
const longest = 256 * 1024

/**
 * Headers of one direction. They are one compressed stream for the life of a connection, so they are read in order. Rejects
 * what is no block of headers, or too long for one; nothing can be read after that.
 */
export function headerReader(): (block: Buffer) => Promise<Headers> {
  const inflate = createInflate({ dictionary: spdyDictionary, finishFlush: constants.Z_SYNC_FLUSH })
  let pieces: Buffer[] = []
  let size = 0
  inflate.on('error', () => {})
  inflate.on('data', (piece: Buffer) => {
    pieces.push(piece)
    size += piece.length
    if (size > longest) inflate.destroy(new Error(`headers of more than ${longest} bytes`))
  })
  return async (block) => {
    await new Promise<void>((resolve, reject) => {
      inflate.once('error', reject)
      inflate.write(block, () => {
        inflate.off('error', reject)
        resolve()
      })
    })
    if (inflate.destroyed) throw inflate.errored ?? new Error('nothing can be read any more')
    const bytes = Buffer.concat(pieces)
    pieces = []
    size = 0
    return parse(bytes)
  }
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
