import * as v from 'valibot'
import type { Problem } from '../model/problem.ts'
import type { NodeObject, ServiceObject } from '../model/objects.ts'

/*
 * What has to hold before an object of a file can be spoken of at all: its name, and of a Node the few fields that make
 * it a target. The model judges Services by itself.
 */
export const text = v.string('a text')
export const list = <Item extends v.GenericSchema>(item: Item) => v.array(item, 'a list')

const name = v.pipe(v.string('a name'), v.nonEmpty('a name'))
export const named = v.looseObject(
  {
    metadata: v.looseObject({ name, namespace: v.optional(text) }, 'a map with at least "name"'),
  },
  'a map',
)

const node = v.looseObject({
  metadata: v.looseObject({ name, labels: v.optional(v.record(text, text)) }, 'a map with at least "name"'),
  spec: v.optional(
    v.looseObject({
      providerID: v.optional(text),
      taints: v.optional(list(v.looseObject({ key: text, effect: text }, 'a map'))),
    }),
  ),
  status: v.optional(
    v.looseObject({ addresses: v.optional(list(v.looseObject({ type: text, address: text }, 'a map'))) }),
  ),
})

export const serviceProblems = (object: unknown): readonly Problem[] => problemsOf(named, object)
export const nodeProblems = (object: unknown): readonly Problem[] => problemsOf(node, object)

/** Kubernetes reads a null as absent; so does everything after this. What holds none is answered as it is. */
export function withoutNulls<T>(value: T): T {
  if (typeof value !== 'object' || value === null || !holdsNull(value)) return value
  if (Array.isArray(value)) return value.map(withoutNulls) as T
  const kept = Object.entries(value).filter(([, item]) => item !== null && item !== undefined)
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)])) as T
}

function holdsNull(value: object): boolean {
  if (Array.isArray(value))
    return value.some((item) => typeof item === 'object' && item !== null && holdsNull(item))
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key]
    if (item === null || item === undefined) return true
    if (typeof item === 'object' && holdsNull(item)) return true
  }
  return false
}

export const asService = (object: unknown): ServiceObject => object as ServiceObject
export const asNode = (object: unknown): NodeObject => object as NodeObject

/** What of an object is not of the schema's shape, each at its path. */
export function problemsOf(schema: v.GenericSchema, object: unknown): readonly Problem[] {
  const result = v.safeParse(schema, object)
  return result.success ? [] : result.issues.map(problemOf)
}

function problemOf(issue: v.BaseIssue<unknown>): Problem {
  const path = pathOf(issue.path ?? [])
  const missing = issue.input === undefined
  return {
    code: 'LB_FIELD_TYPE',
    severity: 'error',
    path,
    message: missing ? `${path} is missing` : `${path} is ${kindOf(issue.input)}`,
    ...(missing ? {} : { value: shown(issue.input) }),
    ...(missing ? {} : { accepted: issue.message }),
  }
}

function pathOf(steps: readonly v.IssuePathItem[]): string {
  let path = ''
  for (const { key } of steps) {
    if (typeof key === 'number') path += `[${key}]`
    else
      path +=
        path === ''
          ? String(key)
          : /^[\w-]+$/.test(String(key))
            ? `.${String(key)}`
            : `[${JSON.stringify(key)}]`
  }
  return path
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'string') return 'a text'
  return typeof value === 'boolean' ? 'a boolean' : 'a number'
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
