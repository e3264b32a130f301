import { parseProxyHeader, type Ends } from '../../../relay/proxy-header.ts'

/** What the first bytes of a connection tell: the PROXY header in front, and whether HTTP follows. */
export type Opening =
  'more' | { readonly speaks: 'http' | 'bytes'; readonly skip: number; readonly proxy?: Ends | 'local' }

const methods = ['GET ', 'HEAD ', 'POST ', 'PUT ', 'PATCH ', 'DELETE ', 'OPTIONS ']

/** `ended`: nothing follows these bytes. A wrong PROXY header is echoed like any other bytes. */
export function readOpening(bytes: Buffer, ended: boolean): Opening {
  const header = parseProxyHeader(bytes)
  if (header === 'more' && !ended) return 'more'
  if (header === 'more' || 'wrong' in header) return spoken(bytes, 0, ended)
  const proxy = header.ends ?? 'local'
  const opening = spoken(bytes, header.length, ended)
  return opening === 'more' ? 'more' : { ...opening, proxy }
}

function spoken(bytes: Buffer, skip: number, ended: boolean): Opening {
  const start = bytes.toString('latin1', skip, skip + 8)
  if (methods.some((method) => start.startsWith(method))) return { speaks: 'http', skip }
  const open = !ended && methods.some((method) => method.startsWith(start))
  return open ? 'more' : { speaks: 'bytes', skip }
}
