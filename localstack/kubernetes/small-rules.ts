import { equal } from '../../src/lib/json.ts'
import { forbiddenField, invalidValue, required } from './cause.ts'
import type { Cause } from './fault.ts'
import { fieldAt, type AnyObject, type Draft } from './object.ts'
import { checkIP, checkOrdinaryIP } from './service/ip-text.ts'
import type { EndpointsObject } from './workload-objects.ts'

type Fields = Record<string, unknown>

const tlsType = 'kubernetes.io/tls'
const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** Plain text becomes data; it is not kept beside it. */
export function prepareSecret(draft: Draft<AnyObject>): void {
  const fields = draft as Fields
  fields['type'] ??= 'Opaque'
  const { stringData } = fields
  if (stringData === undefined) return
  const encoded = Object.entries(stringData as Record<string, string>).map(([key, text]) => [
    key,
    Buffer.from(text).toString('base64'),
  ])
  fields['data'] = { ...(fields['data'] as object), ...(Object.fromEntries(encoded) as object) }
  delete fields['stringData']
}

const isKey = (key: string) => /^[-._a-zA-Z0-9]{1,253}$/.test(key) && key !== '.' && !key.startsWith('..')

const checkKeys = (object: AnyObject, field: string): Cause[] =>
  Object.keys((object[field] as object | undefined) ?? {})
    .filter((key) => !isKey(key))
    .map((key) =>
      invalidValue(
        `${field}[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ),
    )

/** An object that said that it does not change keeps its word, and cannot take it back. */
function checkImmutable(
  object: AnyObject,
  before: AnyObject | undefined,
  fields: readonly string[],
): Cause[] {
  if (before?.['immutable'] !== true) return []
  return [
    ...(object['immutable'] === true ? [] : ['immutable']),
    ...fields.filter((field) => !equal(object[field] ?? {}, before[field] ?? {})),
  ].map((field) => forbiddenField(field, 'field is immutable when `immutable` is set'))
}

export const checkConfigMap = (object: AnyObject, before: AnyObject | undefined): Cause[] => [
  ...checkKeys(object, 'data'),
  ...checkKeys(object, 'binaryData'),
  ...checkImmutable(object, before, ['data', 'binaryData']),
]

const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)

export function checkSecret(object: AnyObject, before: AnyObject | undefined): Cause[] {
  const { type, data = {} } = object as AnyObject & { type?: string; data?: Record<string, string> }
  const needed = type === tlsType ? ['tls.crt', 'tls.key'] : []
  return [
    ...checkKeys(object, 'data'),
    ...Object.entries(data)
      .filter(([, value]) => !isBase64(value))
      .map(([key, value]) => invalidValue(`data[${key}]`, value, 'illegal base64 data')),
    ...needed.filter((key) => data[key] === undefined).map((key) => required(`data[${key}]`)),
    ...(before === undefined || before['type'] === type
      ? []
      : [invalidValue('type', type, 'field is immutable')]),
    ...checkImmutable(object, before, ['data']),
  ]
}

/** Addresses of endpoints are where packets go: none of them may be one that every machine calls itself. */
const addressCheck =
  ({ loopbackEndpoints = false, uncheckedEndpoints = false }: EndpointRules) =>
  (field: string, ip: string): Cause[] => {
    if (uncheckedEndpoints) return []
    return loopbackEndpoints && /^(127\.|::1$)/.test(ip) ? checkIP(field, ip) : checkOrdinaryIP(field, ip)
  }

export interface EndpointRules {
  /** Whether endpoints may be on the loopback interface, for a cluster that lives there. Default: refused. */
  readonly loopbackEndpoints?: boolean
  /** Whether anything at all is an address, to see what becomes of what an older release let in. Default: it is not. */
  readonly uncheckedEndpoints?: boolean
}

export function prepareEndpoints(draft: Draft<EndpointsObject>): void {
  for (const { ports = [] } of draft.subsets ?? []) for (const port of ports) port.protocol ??= 'TCP'
}

export const checkEndpoints =
  (rules: EndpointRules) =>
  ({ subsets = [] }: EndpointsObject): Cause[] => {
    const check = addressCheck(rules)
    return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, at) => {
      const field = `subsets[${at}]`
      return [
        ...(addresses.length + notReadyAddresses.length === 0
          ? [required(field, 'must specify `addresses` or `notReadyAddresses`')]
          : []),
        ...addresses.flatMap(({ ip }, n) => check(`${field}.addresses[${n}].ip`, ip)),
        ...notReadyAddresses.flatMap(({ ip }, n) => check(`${field}.notReadyAddresses[${n}].ip`, ip)),
        ...ports.flatMap(({ name, port }, n) => [
          ...(ports.length > 1 && !name ? [required(`${field}.ports[${n}].name`)] : []),
          ...(port >= 1 && port <= 65_535
            ? []
            : [invalidValue(`${field}.ports[${n}].port`, port, 'must be between 1 and 65535, inclusive')]),
        ]),
      ]
    })
  }

export const checkEndpointSlice =
  (rules: EndpointRules) =>
  (slice: AnyObject): Cause[] => {
    const check = addressCheck(rules)
    if (slice['addressType'] === 'FQDN') return []
    const endpoints = (slice['endpoints'] ?? []) as readonly unknown[]
    return endpoints.flatMap((endpoint, at) =>
      ((fieldAt(endpoint, 'addresses') ?? []) as readonly unknown[]).flatMap((address, n) =>
        check(`endpoints[${at}].addresses[${n}]`, textOf(address)),
      ),
    )
  }
