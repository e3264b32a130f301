import * as ec2 from '@aws-sdk/client-ec2'
import * as elb from '@aws-sdk/client-elastic-load-balancing'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import { fault } from '../fault.ts'
import type { Service } from '../switches.ts'

/**
 * What a call may carry, taken from the schemas the SDK clients ship: they are the service's own model, so the
 * server is as strict and as complete as the model is, without a second copy of it here.
 */
export type Shape =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'list'; readonly item: Member }
  | { readonly kind: 'structure'; readonly members: readonly Member[] }

export type ScalarKind = 'string' | 'number' | 'boolean' | 'timestamp' | 'blob'

export interface Member {
  readonly name: string
  readonly required: boolean
  readonly xmlName?: string
  readonly queryName?: string
  readonly shape: () => Shape
}

export interface Operation {
  readonly input: Shape
  readonly output: Shape
}

const listBit = 64
const scalars = new Map<number, Shape>([
  [0, { kind: 'string' }],
  [1, { kind: 'number' }],
  [2, { kind: 'boolean' }],
  [4, { kind: 'timestamp' }],
  [5, { kind: 'timestamp' }],
  [21, { kind: 'blob' }],
])

const known = new WeakMap<readonly unknown[], Shape>()
const operations = new Map<string, Operation>()

const clients: Readonly<Record<Service, Readonly<Record<string, unknown>>>> = { ec2, elbv2, elb }

export function operationOf(service: Service, action: string): Operation {
  const key = `${service}:${action}`
  const found = operations.get(key)
  if (found !== undefined) return found
  const schema = clients[service][`${action}$`]
  if (!Array.isArray(schema) || schema[0] !== 9)
    throw fault('InvalidAction', `The action ${action} is not valid for this web service.`)
  const operation = { input: shapeOf(schema[4]), output: shapeOf(schema[5]) }
  operations.set(key, operation)
  return operation
}

/** The SDK writes schemas as nested arrays, kinds as numbers, and references as functions or [reference, traits]. */
function shapeOf(reference: unknown): Shape {
  const schema = resolve(reference)
  if (schema === 'unit') return { kind: 'structure', members: [] }
  if (typeof schema === 'number') {
    if ((schema & listBit) !== 0) return { kind: 'list', item: member('member', schema - listBit, false) }
    return scalars.get(schema) ?? unknown(schema)
  }
  if (!Array.isArray(schema)) return unknown(schema)
  const made = known.get(schema) ?? complexShape(schema)
  known.set(schema, made)
  return made
}

function complexShape(schema: readonly unknown[]): Shape {
  switch (schema[0]) {
    case 0:
      return shapeOf(schema[4])
    case 1:
      return { kind: 'list', item: member('member', schema[4], false) }
    case 3: {
      const names = schema[4] as readonly string[]
      const members = schema[5] as readonly unknown[]
      const required = (schema[6] as number | undefined) ?? 0
      return {
        kind: 'structure',
        members: names.map((name, index) => member(name, members[index], index < required)),
      }
    }
    default:
      return unknown(schema[0])
  }
}

function member(name: string, reference: unknown, required: boolean): Member {
  const traits = Array.isArray(reference) && reference.length === 2 ? (reference[1] as unknown) : undefined
  const { xmlName, ec2QueryName } = (typeof traits === 'object' && traits !== null ? traits : {}) as {
    readonly xmlName?: string
    readonly ec2QueryName?: string
  }
  return {
    name,
    required,
    ...(xmlName === undefined ? {} : { xmlName }),
    ...(ec2QueryName === undefined ? {} : { queryName: ec2QueryName }),
    shape: () => shapeOf(reference),
  }
}

function resolve(reference: unknown): unknown {
  if (typeof reference === 'function') return resolve((reference as () => unknown)())
  if (Array.isArray(reference) && reference.length === 2) return resolve(reference[0])
  return reference
}

function unknown(schema: unknown): never {
  throw new Error(`The SDK's schema kind ${String(schema)} is not known here.`)
}
