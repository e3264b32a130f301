/** What is in a Secret or in two files. The key stays here and with whoever makes the certificate. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { Problem } from '../../src/model/problem.ts'
import { ProviderError } from '../../src/provider/errors.ts'
import type { ReadSecret } from '../../src/provider/secrets.ts'
import { noCertificate } from './certificate-problems.ts'
import { type CertificateFact, fileIn, secretIn } from './facts.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Material } from './kinds/calls.ts'

export interface Sources {
  readonly readSecret: ReadSecret | undefined
  readonly folder: string | undefined
}

type Read = { readonly material: Material } | { readonly problem: Problem }

const rule = 'manifests/local lets the controller read Secrets; or give it a role in that namespace alone'

export async function readMaterial(source: string, sources: Sources, signal: AbortSignal): Promise<Read> {
  const secret = secretIn(source)
  const file = fileIn(source)
  if (secret !== undefined) return fromSecret(secret, source, sources, signal)
  return file === undefined
    ? { problem: noCertificate(`${source} names no Secret and no file`) }
    : fromFiles(file, sources.folder, signal)
}

async function fromSecret(
  secret: { readonly namespace: string; readonly name: string },
  source: string,
  { readSecret }: Sources,
  signal: AbortSignal,
): Promise<Read> {
  if (readSecret === undefined)
    return { problem: noCertificate(`the Secret ${source} cannot be read without a cluster`) }
  try {
    const data = await readSecret(secret, signal)
    if (data === undefined)
      return {
        problem: noCertificate(
          `there is no Secret ${source}`,
          `kubectl create secret tls ${secret.name} -n ${secret.namespace} --cert=FILE --key=FILE`,
        ),
      }
    const { 'tls.crt': certificate, 'tls.key': key } = data
    if (certificate === undefined || key === undefined) {
      const has = Object.keys(data).toSorted().join(', ') || 'nothing'
      return { problem: noCertificate(`the Secret ${source} holds ${has}`, 'it needs tls.crt and tls.key') }
    }
    return checked(source, { certificate, key })
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'denied')
      return { problem: noCertificate(`the Secret ${source} may not be read: ${error.message}`, rule) }
    throw error
  }
}

async function fromFiles(name: string, folder: string | undefined, signal: AbortSignal): Promise<Read> {
  if (folder === undefined || !isAbsolute(folder))
    return {
      problem: noCertificate('no folder of certificates is configured', 'set local.certificateFolder'),
    }
  const read = (end: string): Promise<string> =>
    readFile(join(folder, `${name}.${end}`), { encoding: 'utf8', signal })
  try {
    const [certificate, key] = await Promise.all([read('crt'), read('key')])
    return checked(`file:${name}`, { certificate, key })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return { problem: noCertificate(`file:${name} cannot be read: ${message}`) }
  }
}

/** What OpenSSL says of a key never quotes it; its sentences are not repeated all the same. */
function checked(source: string, material: Material): Read {
  let leaf: X509Certificate
  try {
    leaf = new X509Certificate(material.certificate)
  } catch {
    return { problem: noCertificate(`the certificate ${source} is no PEM certificate`) }
  }
  try {
    if (leaf.checkPrivateKey(createPrivateKey(material.key))) return { material }
  } catch {
    return { problem: noCertificate(`the key of ${source} is no PEM key without a passphrase`) }
  }
  return { problem: noCertificate(`the key of ${source} is not that of its certificate`) }
}

export function factIn({ certificate, key }: Material, now: number): CertificateFact {
  const leaf = new X509Certificate(certificate)
  const names = /(?:^|\n)CN=(?<name>[^\n]*)/.exec(leaf.subject)?.groups?.['name']
  return {
    fingerprint: fingerprintOf(certificate, key),
    subject: names ?? leaf.subjectAltName ?? leaf.subject,
    notAfter: new Date(leaf.validTo).toISOString(),
    ...(Date.parse(leaf.validTo) < now ? { expired: true as const } : {}),
  }
}
