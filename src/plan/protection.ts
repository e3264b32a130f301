import { isObject, type JsonObject } from '../lib/json.ts'
import type { Form } from '../provider/form.ts'
import type { Hold } from './plan.ts'
import type { Identity, Observed, Resource } from './resource.ts'

/** How long until it is worth a look whether somebody took the protection back, ms. */
const recheckMs = 60_000

export function isProtected({ protection }: Pick<Form, 'protection'>, spec: JsonObject): boolean {
  if (protection === undefined) return false
  const fields = spec[protection.field]
  return isObject(fields) && fields[protection.key] === protection.on
}

/** Why an object cannot be deleted as it is, in words. */
export function protectionText({ kind, key }: Identity, { protection }: Pick<Form, 'protection'>): string {
  const { key: setting, on, mend } = protection ?? { key: '', on: '', mend: '' }
  return `${kind} ${key} is protected from deletion by ${setting}=${on}; ${mend}`
}

export const protectedHold = (form: Form, seen: Observed): Hold | undefined =>
  isProtected(form, seen.spec) ? { for: protectionText(seen, form), recheckMs } : undefined

/** The same wish, which puts no protection back that somebody took away. */
export function unprotecting(kinds: Readonly<Record<string, Form>>, resource: Resource): Resource {
  const form = kinds[resource.kind]
  const { protection } = form ?? {}
  if (form === undefined || protection === undefined || !isProtected(form, resource.spec)) return resource
  const { [protection.key]: _, ...rest } = resource.spec[protection.field] as JsonObject
  return { ...resource, spec: { ...resource.spec, [protection.field]: rest } }
}
