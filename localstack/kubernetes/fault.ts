import type { Resource } from './resource.ts'

export interface Cause {
  readonly reason: string
  readonly message: string
  readonly field: string
}

export interface FaultDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly Cause[]
  readonly retryAfterSeconds?: number
}

/** A refusal of the API server, with what its `Status` object says. */
export class ApiFault extends Error {
  readonly code: number
  readonly reason: string
  readonly details: FaultDetails | undefined

  constructor(code: number, reason: string, message: string, details?: FaultDetails) {
    super(message)
    this.name = 'ApiFault'
    this.code = code
    this.reason = reason
    this.details = details
  }
}

export const statusOf = (fault: ApiFault) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: fault.message,
  reason: fault.reason,
  ...(fault.details === undefined ? {} : { details: fault.details }),
  code: fault.code,
})

/** `services`, or `leases.coordination.k8s.io`: how messages name a resource. */
export const qualified = (resource: Resource) =>
  resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`

const detailsOf = (resource: Resource, name: string): FaultDetails => ({
  name,
  ...(resource.group === '' ? {} : { group: resource.group }),
  kind: resource.plural,
})

export const notFound = (resource: Resource, name: string) =>
  new ApiFault(404, 'NotFound', `${qualified(resource)} "${name}" not found`, detailsOf(resource, name))

export const alreadyExists = (resource: Resource, name: string) =>
  new ApiFault(
    409,
    'AlreadyExists',
    `${qualified(resource)} "${name}" already exists`,
    detailsOf(resource, name),
  )

const modified = 'the object has been modified; please apply your changes to the latest version and try again'

export const conflict = (resource: Resource, name: string, why = modified) =>
  new ApiFault(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    detailsOf(resource, name),
  )

export const badRequest = (message: string) => new ApiFault(400, 'BadRequest', message)

/** A configuration with fields that the resource does not have cannot be applied, whatever validation was asked for. */
export function untyped(
  resource: Resource,
  { name, namespace }: { readonly name: string; readonly namespace?: string },
  fields: readonly string[],
): ApiFault {
  const lines = fields.map((field) => `.${field}: field not declared in schema`)
  const why = lines.length === 1 ? lines[0] : `errors:\n${lines.map((line) => `  ${line}`).join('\n')}`
  const type = `${resource.group}/${resource.version}, Kind=${resource.kind}`
  const message = `failed to create typed patch object (${namespace ?? ''}/${name}; ${type}): ${why}`
  return new ApiFault(500, '', message)
}

export const expired = (message: string) => new ApiFault(410, 'Expired', message)

export const internalError = (message: string) =>
  new ApiFault(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ reason: 'InternalError', message, field: '' }],
  })

export const forbidden = (resource: Resource, name: string, why: string) =>
  new ApiFault(
    403,
    'Forbidden',
    `${qualified(resource)}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`,
    detailsOf(resource, name),
  )

export function invalid(resource: Resource, name: string, causes: readonly Cause[]) {
  const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))]
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`
  const what = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return new ApiFault(422, 'Invalid', `${kind} "${name}" is invalid: ${what}`, {
    ...detailsOf(resource, name),
    kind: resource.kind,
    causes,
  })
}
