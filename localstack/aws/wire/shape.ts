import { fault } from '../fault.ts'
import type { Service } from '../switches.ts'
import written from './model.json' with { type: 'json' }
import type { Model, ModelMember, ScalarKind } from './model.ts'

export type { ScalarKind }

/**
 * What a call may carry, taken from the schemas the SDK clients ship: they are the service's own model, so the server is
 * as strict as that is. `model.json` holds what they say of the calls that are served; a test compares it with the SDK.
 */
export type Shape =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'list'; readonly item: Member }
  | { readonly kind: 'structure'; readonly members: readonly Member[] }

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

const model = written as unknown as Model
const known = new Map<number, Shape>()

export function operationOf(service: Service, action: string): Operation {
  const [input, output] = Object.hasOwn(model.operations[service], action)
    ? (model.operations[service][action] ?? [])
    : []
  if (input === undefined || output === undefined)
    throw fault(
      'InvalidAction',
      `The action ${action} is not valid for this web service, or not served here.`,
    )
  return { input: shapeAt(input), output: shapeAt(output) }
}

function shapeAt(at: number): Shape {
  const made = known.get(at) ?? readShape(at)
  known.set(at, made)
  return made
}

function readShape(at: number): Shape {
  const shape = model.shapes[at]
  if (shape === undefined) throw new Error(`model.json has no shape ${at}`)
  if (shape === 'unknown') throw new Error(`shape ${at} of model.json is of a kind that is not known here`)
  if (typeof shape === 'string') return { kind: shape }
  if ('list' in shape) return { kind: 'list', item: readMember(shape.list) }
  return { kind: 'structure', members: shape.members.map(readMember) }
}

const readMember = ({ shape, required = false, ...names }: ModelMember): Member => ({
  ...names,
  required,
  shape: () => shapeAt(shape),
})
