import { createPrivateKey, X509Certificate } from 'node:crypto'
import { equal } from '../../../src/lib/json.ts'
import { LocalRefusal, type LocalCertificate, type LocalCertificateWish } from '../api.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { checkFields, tags, text, type Fields } from './field-checks.ts'
import { added, found, removed, type KeptCertificate, type Records, type Written } from './records.ts'

const fields: Fields = {
  name: { check: text, needed: true },
  certificate: { check: text, needed: true },
  key: { check: text, needed: true },
  tags: { check: tags, needed: true },
}

/** Whether what was kept is whole. Throws `LocalRefusal`. */
export function checkCertificate({ name, certificate, key, tags }: KeptCertificate): void {
  checkFields({ name, certificate, key, tags }, fields)
  readLeaf(certificate, key)
}

export function createCertificate(records: Records, wish: LocalCertificateWish): Written<KeptCertificate> {
  checkFields(wish, fields)
  const { name, certificate, key, tags } = wish
  const fingerprint = fingerprintOf(certificate, key)
  for (const item of records.certificates.values()) {
    if (item.name !== name) continue
    if (item.fingerprint === fingerprint && equal(item.tags, tags)) return { records, value: item }
    throw new LocalRefusal('exists', `there is another certificate with the name ${name}`, 'name')
  }
  return added(records, 'certificates', {
    name,
    fingerprint,
    ...readLeaf(certificate, key),
    tags,
    certificate,
    key,
  })
}

export function deleteCertificate(records: Records, id: string): Records {
  const { name } = found(records, 'certificates', id)
  const users = [...records.listeners.values()].filter(({ certificateId }) => certificateId === id)
  if (users.length > 0)
    throw new LocalRefusal(
      'inUse',
      `certificate ${name} is used by ${users.map((user) => user.id).join(', ')}`,
    )
  return removed(records, 'certificates', id)
}

/** Without the key, and without what the fingerprint stands for. */
export const shownCertificate = ({
  id,
  etag,
  name,
  fingerprint,
  subject,
  notAfter,
  tags,
}: KeptCertificate): LocalCertificate => ({ id, etag, name, fingerprint, subject, notAfter, tags })

function readLeaf(certificate: string, key: string): { readonly subject: string; readonly notAfter: string } {
  const leaf = attempt('certificate', () => new X509Certificate(certificate))
  const own = attempt('key', () => createPrivateKey(key))
  if (!leaf.checkPrivateKey(own))
    throw new LocalRefusal('invalid', 'key belongs to another certificate', 'key')
  return { subject: leaf.subject, notAfter: leaf.validTo }
}

/** What the library says of a key may hold parts of it: it is not passed on. */
function attempt<T>(field: 'certificate' | 'key', read: () => T): T {
  try {
    return read()
  } catch {
    const begin = field === 'key' ? '-----BEGIN PRIVATE KEY-----' : '-----BEGIN CERTIFICATE-----'
    throw new LocalRefusal('invalid', `${field} is no PEM that can be read; one begins with ${begin}`, field)
  }
}
