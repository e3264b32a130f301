import { parseAddress } from '../lib/ip.ts'
import { ipv4Number, plainAddress } from './client-address.ts'

/** One end of a connection. */
export interface End {
  /** Of `plainAddress`. */
  readonly address: string
  readonly port: number
}

/** Who opened a connection, and where to, as a proxy in front of us was asked. */
export interface Ends {
  readonly source: End
  readonly destination: End
}

/** `length` bytes belong to the header. Without `ends` the proxy speaks for itself: the socket tells who it is. */
export type ParsedHeader =
  'more' | { readonly length: number; readonly ends?: Ends } | { readonly wrong: string }

/** Of version 1 with its line end, as the specification has it. */
const longestLine = 107
/** Of what follows the first 16 bytes of version 2: addresses and what proxies add about themselves. */
const longestRest = 4096

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
const firstWord = Buffer.from('PROXY ')
/** Version 2: bytes of addresses by family and transport. Datagrams and unix sockets say nothing of use to TCP. */
const tcp4 = 0x11
const tcp6 = 0x21
const silent: ReadonlySet<number> = new Set([0x00, 0x12, 0x22, 0x31, 0x32])

/**
 * A header of PROXY protocol version 1 or 2 (specification of haproxy, revision 2020/03/05) at the start of these
 * bytes. Strict: a sender that errs is not to be trusted with whose address it is.
 */
export function parseProxyHeader(bytes: Buffer): ParsedHeader {
  if (bytes.length === 0) return 'more'
  if (bytes[0] === signature[0]) return startsLike(bytes, signature) ? parseBinary(bytes) : noHeader
  return startsLike(bytes, firstWord) ? parseLine(bytes) : noHeader
}

const noHeader = { wrong: 'no PROXY header' }

const startsLike = (bytes: Buffer, start: Buffer): boolean => {
  const length = Math.min(bytes.length, start.length)
  return bytes.compare(start, 0, length, 0, length) === 0
}

function parseLine(bytes: Buffer): ParsedHeader {
  const end = bytes.indexOf('\r\n')
  if (end < 0 && bytes.length < longestLine) return 'more'
  if (end < 0 || end + 2 > longestLine) return { wrong: `a PROXY line longer than ${longestLine} bytes` }
  const length = end + 2
  const [, family, ...words] = bytes.toString('latin1', 0, end).split(' ')
  if (family === 'UNKNOWN') return { length }
  if (family !== 'TCP4' && family !== 'TCP6') return { wrong: 'a PROXY line for neither TCP4 nor TCP6' }
  if (words.length !== 4) return { wrong: 'a PROXY line without two addresses and two ports' }
  const [from = '', to = '', fromPort = '', toPort = ''] = words
  const source = endOf(family, from, fromPort)
  const destination = endOf(family, to, toPort)
  if (source === undefined || destination === undefined)
    return { wrong: 'a PROXY line with a wrong address or port' }
  return { length, ends: { source, destination } }
}

function endOf(family: 'TCP4' | 'TCP6', text: string, digits: string): End | undefined {
  if (!/^(0|[1-9]\d{0,4})$/.test(digits) || Number(digits) > 65_535) return undefined
  const port = Number(digits)
  if (family === 'TCP4')
    return parseAddress(text).ok && !text.includes(':') ? { address: text, port } : undefined
  if (!text.includes(':') || text.includes('%')) return undefined
  const plain = plainAddress(text.toLowerCase())
  if (ipv4Number(plain) !== undefined) return { address: plain, port }
  const parsed = parseAddress(plain)
  return parsed.ok ? { address: parsed.value.text, port } : undefined
}

function parseBinary(bytes: Buffer): ParsedHeader {
  if (bytes.length < 16) return 'more'
  const [versionAndCommand, kind] = [bytes[12] ?? 0, bytes[13] ?? 0]
  const rest = bytes.readUInt16BE(14)
  if (versionAndCommand >> 4 !== 2) return { wrong: 'a PROXY header of an unknown version' }
  const command = versionAndCommand & 0x0f
  if (command > 1) return { wrong: 'a PROXY header with an unknown command' }
  if (rest > longestRest) return { wrong: `a PROXY header longer than ${longestRest} bytes` }
  if (kind !== tcp4 && kind !== tcp6 && !silent.has(kind))
    return { wrong: 'a PROXY header of an unknown family' }
  const size = kind === tcp4 ? 4 : 16
  const speaks = command === 1 && !silent.has(kind)
  if (speaks && rest < 2 * size + 4) return { wrong: 'a PROXY header too short for its addresses' }
  const length = 16 + rest
  if (bytes.length < length) return 'more'
  if (!speaks) return { length }
  const ports = 16 + 2 * size
  const source = { address: addressAt(bytes, 16, size), port: bytes.readUInt16BE(ports) }
  const destination = { address: addressAt(bytes, 16 + size, size), port: bytes.readUInt16BE(ports + 2) }
  return { length, ends: { source, destination } }
}

function addressAt(bytes: Buffer, at: number, size: number): string {
  const part = bytes.subarray(at, at + size)
  if (size === 4) return part.join('.')
  const mapped = part.readUInt32BE(8) === 0xffff && part.readBigUInt64BE(0) === 0n
  if (mapped) return part.subarray(12).join('.')
  const words = Array.from({ length: 8 }, (_, word) => part.readUInt16BE(word * 2).toString(16))
  const parsed = parseAddress(words.join(':'))
  return parsed.ok ? parsed.value.text : words.join(':')
}

/** What a target is told about the client. Ends of two families cannot be told together: then it is told nothing. */
export function proxyHeader(version: 'v1' | 'v2', { source, destination }: Ends): Buffer {
  const [from, to] = [parseAddress(source.address), parseAddress(destination.address)]
  const known = from.ok && to.ok && from.value.family === to.value.family
  if (version === 'v1') {
    if (!known) return Buffer.from('PROXY UNKNOWN\r\n')
    const family = from.value.family === 'IPv4' ? 'TCP4' : 'TCP6'
    const ends = `${from.value.text} ${to.value.text} ${source.port} ${destination.port}`
    return Buffer.from(`PROXY ${family} ${ends}\r\n`)
  }
  if (!known) return Buffer.concat([signature, Buffer.from([0x20, 0, 0, 0])])
  const addresses = [...from.value.bytes, ...to.value.bytes]
  const ports = [source.port >> 8, source.port & 0xff, destination.port >> 8, destination.port & 0xff]
  const kind = from.value.family === 'IPv4' ? tcp4 : tcp6
  const head = [0x21, kind, 0, addresses.length + ports.length]
  return Buffer.concat([signature, Buffer.from([...head, ...addresses, ...ports])])
}
