import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'

export interface KeyPair {
  /** PEM. */
  readonly certificate: string
  readonly key: string
}

const dayMs = 86_400_000

/**
 * A certificate that vouches for itself (RFC 5280), for a year: kubectl hands its token on only where TLS is spoken.
 * `names` are DNS names and IPv4 addresses.
 */
export function selfSigned(names: readonly string[], now: number): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signed = toBeSigned(names, publicKey, now)
  const signature = sign('sha256', signed, privateKey)
  const whole = sequence(signed, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))
  return {
    certificate: pem('CERTIFICATE', whole),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function toBeSigned(names: readonly string[], publicKey: KeyObject, now: number): Buffer {
  const subject = sequence(
    der(0x31, sequence(oid.commonName, der(0x0c, Buffer.from('lb-controller sandbox')))),
  )
  return sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    // Positive, and in as few bytes as it takes.
    der(0x02, Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ecdsaWithSha256,
    subject,
    sequence(time(now - dayMs), time(now + 365 * dayMs)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(names))),
  )
}

const extensions = (names: readonly string[]): readonly Buffer[] => [
  extension(oid.basicConstraints, sequence(der(0x01, Buffer.from([0xff])))),
  // Digital signature, certificate signing.
  extension(oid.keyUsage, der(0x03, Buffer.from([2, 0x84]))),
  extension(oid.extendedKeyUsage, sequence(oid.serverAuth)),
  extension(oid.subjectAltName, sequence(...names.map(generalName))),
]

const extension = (id: Buffer, value: Buffer): Buffer => sequence(id, der(0x04, value))

const generalName = (name: string): Buffer =>
  isIP(name) === 4 ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name))

/** Tag, length, contents: all of DER that is needed here. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents)
  const { length } = body
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}

const sequence = (...items: readonly Buffer[]): Buffer => der(0x30, ...items)
const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))

const oid = {
  commonName: objectId('550403'),
  basicConstraints: objectId('551d13'),
  keyUsage: objectId('551d0f'),
  extendedKeyUsage: objectId('551d25'),
  subjectAltName: objectId('551d11'),
  serverAuth: objectId('2b06010505070301'),
}
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))

/** `YYMMDDhhmmssZ`, which is read as a year from 1950 to 2049. */
const time = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`))

/** An empty line before the end would not be read. */
const pem = (label: string, bytes: Buffer): string => {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
