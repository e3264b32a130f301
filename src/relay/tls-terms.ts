import type { Socket } from 'node:net'
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls'
import { fail, ok, type Result } from '../lib/result.ts'
import type { RelayTls } from './frontend.ts'

/** What a frontend ends TLS with. */
export interface TlsTerms {
  readonly from: RelayTls
  readonly context: SecureContext
}

/** The same terms for the same texts, so that a change of targets costs no reading of keys. */
export function tlsTerms(from: RelayTls, before?: TlsTerms): Result<TlsTerms, string> {
  if (before !== undefined && before.from.certificate === from.certificate && before.from.key === from.key)
    if (before.from.minVersion === from.minVersion) return ok({ from, context: before.context })
  try {
    const { certificate: cert, key, minVersion = 'TLSv1.2' } = from
    return ok({ from, context: createSecureContext({ cert, key, minVersion }) })
  } catch (error) {
    return fail(why(from, error))
  }
}

function why({ certificate, key }: RelayTls, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error)
  if (!certificate.includes('-----BEGIN CERTIFICATE-----'))
    return `tls.certificate: no PEM certificate in it; it begins with -----BEGIN CERTIFICATE----- (${said})`
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key))
    return `tls.key: no PEM private key in it; it begins with -----BEGIN PRIVATE KEY----- (${said})`
  return `tls: the certificate and its key cannot be used together: ${said}`
}

/** The inner side of a connection, before its handshake; `secure` tells that this is over. */
export const unwrapTls = (socket: Socket, { from, context }: TlsTerms): TLSSocket =>
  new TLSSocket(socket, {
    isServer: true,
    secureContext: context,
    ...(from.alpn === undefined ? {} : { ALPNProtocols: [...from.alpn] }),
  })
