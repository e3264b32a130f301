import { forbiddenField, invalidValue, required } from '../cause.ts'
import { ApiFault, type Cause } from '../fault.ts'
import type { Writer } from '../fields/tracking.ts'
import type { Exchange } from './exchange.ts'
import type { Target } from './route.ts'

type Asked = Exchange & { readonly target: Target }

const longest = 128

const refusal = (cause: Cause) =>
  new ApiFault(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: ${cause.field}: ${cause.message}`, {
    group: 'meta.k8s.io',
    kind: 'PatchOptions',
    causes: [cause],
  })

/** Who writes: what the request says, or else the name of the program that sends it. */
export function writerOf({ url, request, target }: Asked): Writer {
  const given = url.searchParams.get('fieldManager') ?? ''
  if (given.length > longest)
    throw refusal(invalidValue('fieldManager', given, `may not be more than ${longest} bytes`))
  const program = (request.headers['user-agent'] ?? '').split('/')[0]
  return { manager: given || program || 'unknown', subresource: target.subresource }
}

/** Who applies has to say its name. */
export function applierOf(asked: Asked): Writer {
  if (!asked.url.searchParams.get('fieldManager'))
    throw refusal(required('fieldManager', 'is required for apply patch'))
  return writerOf(asked)
}

/** Only who applies can insist. */
export function refuseForce({ url }: Asked): void {
  if (url.searchParams.has('force'))
    throw refusal(forbiddenField('force', 'may not be specified for non-apply patch'))
}
