import { fault, invalid } from '../fault.ts'
import type { Tags } from '../state/records.ts'
import { readTags } from '../state/tags.ts'
import type { World } from '../state/world.ts'

interface TagShape {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** The rule for names of load balancers and target groups. */
export function checkName(kind: 'load balancer' | 'target group', name: string): void {
  const what = `The ${kind} name '${name}'`
  if (name.length > 32) throw invalid(`${what} cannot be longer than '32' characters`)
  if (!/^[A-Za-z0-9-]+$/.test(name))
    throw invalid(`${what} can only contain characters that are alphanumeric characters and hyphens(-)`)
  if (name.startsWith('-') || name.endsWith('-')) throw invalid(`${what} cannot begin or end with '-'`)
  if (kind === 'load balancer' && name.startsWith('internal-'))
    throw invalid(`${what} cannot begin with 'internal-'`)
}

export function newTags(world: World, tags: readonly TagShape[] | undefined): Tags {
  return checkTags(world, {}, tags)
}

/** The tags after adding `added` to `present`. */
export function checkTags(world: World, present: Tags, added: readonly TagShape[] | undefined): Tags {
  const keys = (added ?? []).map((tag) => tag.Key ?? '')
  if (new Set(keys).size < keys.length)
    throw fault('DuplicateTagKeys', 'A tag key was specified more than once')
  for (const tag of added ?? []) {
    const key = tag.Key ?? ''
    if (key === '' || key.length > 128 || (tag.Value ?? '').length > 256)
      throw invalid(`The tag key or value is empty or too long: '${key}'`)
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + (tag.Value ?? '')))
      throw invalid(`The tag '${key}' holds characters that are not allowed`)
    if (key.toLowerCase().startsWith('aws:'))
      throw invalid(`Tag keys starting with 'aws:' are reserved for internal use`)
  }
  const tags = { ...present, ...readTags(added) }
  if (Object.keys(tags).length > world.limits.tagsPerResource)
    throw fault('TooManyTags', 'The maximum number of tags has been reached on a resource')
  return tags
}

export function oneOf<T extends string>(parameter: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw invalid(`${parameter} '${value}' must be one of '${allowed.join(', ')}'`)
  return found
}

export function inRange(parameter: string, value: number, low: number, high: number): number {
  if (value < low || value > high)
    throw invalid(`${parameter} '${value}' must be in the range ${low} to ${high}`)
  return value
}

/** The size of a page and what to say when it is none. */
export function pageSize(size: number | undefined): number {
  return inRange('Page size', size ?? 400, 1, 400)
}

export const badMarker = () => invalid('The marker is not valid')
