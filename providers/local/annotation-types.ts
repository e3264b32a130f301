import { parseAddress } from '../../src/lib/ip.ts'
import { fail, ok, type Result } from '../../src/lib/result.ts'
import type { Rejection, ValueType } from '../../src/model/annotations.ts'
import { map } from '../../src/model/value-map.ts'
import { text } from '../../src/model/value-text.ts'
import type { SchedulerName } from '../../src/relay/frontend.ts'
import { ownPrefix } from './tags.ts'

/** The relay has these. A dry run does not load it; a test holds the two, and the setting, together. */
export const schedulers = [
  'random',
  'round-robin',
  'weighted-round-robin',
  'least-connections',
  'weighted-least-connections',
  'source-hash',
  'destination-hash',
  'shortest-expected-delay',
  'never-queue',
] as const satisfies readonly SchedulerName[]

export const address: ValueType<string> = {
  name: 'address',
  accepts: 'one IPv4 address; addresses here have no names',
  parse(raw) {
    const parsed = parseAddress(raw.trim())
    if (!parsed.ok) return fail({ ...parsed.error, code: 'LB_ANNOTATION_CIDR' })
    if (parsed.value.family === 'IPv4') return ok(parsed.value.text)
    return fail({ code: 'LB_ANNOTATION_CIDR', message: `${parsed.value.text} is no IPv4 address` })
  },
}

export const poolName = text({
  accepts: 'the name of a pool of the local balancer',
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  maxLength: 63,
})

/** Where a certificate comes from, as it is named: the namespace is that of the Service where none is said. */
export type CertificateName =
  | { readonly is: 'secret'; readonly namespace?: string; readonly name: string }
  | { readonly is: 'file'; readonly name: string }

const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?'
const secretForm = new RegExp(`^(?:(?<namespace>${label})/)?(?<name>[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?)$`)
/** No slash and no leading dot: it never leads out of its folder. */
const fileForm = /^file:(?<name>\w[-.\w]{0,99})$/

const accepts = 'NAME or NAMESPACE/NAME of a Secret of type kubernetes.io/tls, or file:NAME'

export function certificateOf(word: string): Result<CertificateName, Rejection> {
  const file = fileForm.exec(word)?.groups?.['name']
  if (file !== undefined) return ok({ is: 'file', name: file })
  const { namespace, name } = secretForm.exec(word)?.groups ?? {}
  if (name !== undefined) return ok({ is: 'secret', name, ...(namespace === undefined ? {} : { namespace }) })
  return fail({
    code: 'LB_ANNOTATION_TEXT',
    message: `${JSON.stringify(word)} names no Secret and no file`,
    accepted: accepts,
  })
}

export const certificate: ValueType<CertificateName> = {
  name: 'certificate',
  accepts,
  parse: (raw) => certificateOf(raw.trim()),
}

export const tags = map({
  accepts: 'key=value pairs between commas',
  maxPairs: 50,
  check: (key) =>
    key.startsWith(ownPrefix)
      ? `tags that begin with "${ownPrefix}" are not for a Service to set`
      : undefined,
})
