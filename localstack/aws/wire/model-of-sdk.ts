/**
 * Writes down what the SDK's own schemas say of the calls that are served here. Only the test that holds `model.json` to
 * it runs this: the server reads the file, and needs none of the SDK, which would be most of its memory.
 */
import * as ec2 from '@aws-sdk/client-ec2'
import * as elb from '@aws-sdk/client-elastic-load-balancing'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Service } from '../switches.ts'
import type { Model, ModelMember, ModelShape, ScalarKind } from './model.ts'

const clients: Readonly<Record<Service, Readonly<Record<string, unknown>>>> = { ec2, elbv2, elb }

const listBit = 64
const scalars: Readonly<Record<number, ScalarKind>> = {
  0: 'string',
  1: 'number',
  2: 'boolean',
  4: 'timestamp',
  5: 'timestamp',
  21: 'blob',
}

/** Of these actions of each service. Equal shapes are written once. */
export function modelOfSdk(actions: Readonly<Record<Service, readonly string[]>>): Model {
  const shapes: ModelShape[] = []
  const known = new Map<unknown, number>()
  const scalarAt = new Map<ModelShape, number>()

  const scalar = (kind: ScalarKind | 'unknown'): number => {
    const there = scalarAt.get(kind)
    if (there !== undefined) return there
    scalarAt.set(kind, shapes.push(kind) - 1)
    return shapes.length - 1
  }

  /** The SDK writes schemas as nested arrays, kinds as numbers, and references as functions or [reference, traits]. */
  const shapeOf = (reference: unknown): number => {
    const schema = resolve(reference)
    if (typeof schema === 'number') {
      if ((schema & listBit) !== 0)
        return shapes.push({ list: member('member', schema - listBit, false) }) - 1
      return scalar(scalars[schema] ?? 'unknown')
    }
    const there = known.get(schema)
    if (there !== undefined) return there
    if (schema === 'unit') return fill(schema, () => ({ members: [] }))
    if (!Array.isArray(schema)) return scalar('unknown')
    return complexShape(schema)
  }

  const complexShape = (schema: readonly unknown[]): number => {
    switch (schema[0]) {
      case 0:
        return shapeOf(schema[4])
      case 1:
        return fill(schema, () => ({ list: member('member', schema[4], false) }))
      case 3: {
        const names = schema[4] as readonly string[]
        const members = schema[5] as readonly unknown[]
        const required = (schema[6] as number | undefined) ?? 0
        return fill(schema, () => ({
          members: names.map((name, index) => member(name, members[index], index < required)),
        }))
      }
      default:
        return scalar('unknown')
    }
  }

  /** Has its place before what it holds: a shape may hold itself. */
  const fill = (schema: unknown, make: () => ModelShape): number => {
    const at = shapes.push('string') - 1
    known.set(schema, at)
    shapes[at] = make()
    return at
  }

  const member = (name: string, reference: unknown, required: boolean): ModelMember => {
    const traits = Array.isArray(reference) && reference.length === 2 ? (reference[1] as unknown) : undefined
    const { xmlName, ec2QueryName } = (typeof traits === 'object' && traits !== null ? traits : {}) as {
      readonly xmlName?: string
      readonly ec2QueryName?: string
    }
    return {
      name,
      shape: shapeOf(reference),
      ...(required ? { required } : {}),
      ...(xmlName === undefined ? {} : { xmlName }),
      ...(ec2QueryName === undefined ? {} : { queryName: ec2QueryName }),
    }
  }

  const operationsOf = (service: Service) =>
    Object.fromEntries(
      actions[service].map((action) => {
        const schema = clients[service][`${action}$`]
        if (!Array.isArray(schema) || schema[0] !== 9)
          throw new Error(`the SDK does not know ${service}:${action}`)
        return [action, [shapeOf(schema[4]), shapeOf(schema[5])] as const]
      }),
    )

  return {
    operations: { ec2: operationsOf('ec2'), elbv2: operationsOf('elbv2'), elb: operationsOf('elb') },
    shapes,
  }
}

function resolve(reference: unknown): unknown {
  if (typeof reference === 'function') return resolve((reference as () => unknown)())
  if (Array.isArray(reference) && reference.length === 2) return resolve(reference[0])
  return reference
}
