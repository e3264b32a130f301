import type { Socket } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import { fail, ok, type Result } from '../lib/result.ts'
import type { RelayTls } from './frontend.ts'

/** Loaded by the first frontend that ends TLS: it costs 5 MB. */
const tls = () => process.getBuiltinModule('node:tls')

/** What a frontend ends TLS with. */
export interface TlsTerms {
  readonly from: RelayTls
  readonly context: SecureContext
}

/** The same terms for the same texts, so that a change of targets costs no reading of keys. */
export function tlsTerms(from: RelayTls, before?: TlsTerms): Result<TlsTerms, string> {
  if (before !== undefined && before.from.certificate === from.certificate && before.from.key === from.key)
    if (before.from.minVersion === from.minVersion) return ok({ from, context: before.context })
  const { certificate: cert, key, minVersion = 'TLSv1.2' } = from
  if (!cert.includes('-----BEGIN CERTIFICATE-----'))
    return fail('tls.certificate: no PEM certificate in it; one begins with -----BEGIN CERTIFICATE-----')
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key))
    return fail('tls.key: no PEM private key in it; one begins with -----BEGIN PRIVATE KEY-----')
  try {
    return ok({ from, context: tls().createSecureContext({ cert, key, minVersion }) })
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return fail(`tls: the certificate and its key cannot be used together: ${said}`)
  }
}

/** The inner side of a connection, before its handshake; `secure` tells that this is over. */
export const unwrapTls = (socket: Socket, { from, context }: TlsTerms): TLSSocket =>
  new (tls().TLSSocket)(socket, {
    isServer: true,
    secureContext: context,
    ...(from.alpn === undefined ? {} : { ALPNProtocols: [...from.alpn] }),
  })
