import { fault, invalid } from '../fault.ts'
import type { AwsFault } from '../fault.ts'
import type { Service } from '../switches.ts'
import type { Shape } from './shape.ts'

/** Refuses what the service's model does not know, wants and lacks, or wants of another type. */
export function checkInput(service: Service, shape: Shape, input: unknown): void {
  check(service, shape, input, '')
}

function check(service: Service, shape: Shape, value: unknown, path: string): void {
  switch (shape.kind) {
    case 'string':
      return must(service, typeof value === 'string', path, 'a string')
    case 'number':
      return must(service, Number.isInteger(value), path, 'an integer')
    case 'boolean':
      return must(service, typeof value === 'boolean', path, 'true or false')
    case 'timestamp':
      return must(service, value instanceof Date, path, 'a time')
    case 'blob':
      return must(service, value instanceof Uint8Array, path, 'bytes')
    case 'list':
      must(service, Array.isArray(value), path, 'a list')
      for (const [index, item] of (value as unknown[]).entries())
        check(service, shape.item.shape(), item, `${path}.${index + 1}`)
      return
    case 'structure':
      must(service, typeof value === 'object' && value !== null, path, 'a structure')
      return checkMembers(service, shape, value as Record<string, unknown>, path)
  }
}

function checkMembers(
  service: Service,
  shape: Extract<Shape, { kind: 'structure' }>,
  value: Readonly<Record<string, unknown>>,
  path: string,
): void {
  const names = new Set(shape.members.map((member) => member.name))
  for (const key of Object.keys(value)) {
    if (value[key] !== undefined && !names.has(key)) throw unknownParameter(service, join(path, key))
  }
  for (const member of shape.members) {
    const inner = value[member.name]
    if (inner !== undefined) check(service, member.shape(), inner, join(path, member.name))
    else if (member.required) throw missing(service, join(path, member.name))
  }
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

function must(service: Service, holds: boolean, path: string, what: string): void {
  if (holds) return
  const message = `Value for parameter ${path} is invalid: expected ${what}.`
  throw service === 'ec2' ? fault('InvalidParameterValue', message) : invalid(message)
}

export const missing = (service: Service, path: string): AwsFault =>
  service === 'ec2'
    ? fault('MissingParameter', `The request must contain the parameter ${path}`)
    : invalid(`The parameter ${path} must be specified`)

const unknownParameter = (service: Service, path: string): AwsFault =>
  service === 'ec2'
    ? fault('UnknownParameter', `The parameter ${path} is not recognized`)
    : invalid(`The parameter ${path} is not recognized`)
