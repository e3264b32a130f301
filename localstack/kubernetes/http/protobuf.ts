import { badRequest } from '../fault.ts'
import { fieldNames, protobufSchemas } from './protobuf-fields.ts'
import type { Schema, Struct } from '../schema.ts'

/**
 * Reads the binary form in which Go clients send the core kinds, `kubectl create` among them. We answer in JSON,
 * which they take as well. The message is an envelope: four magic bytes, then a type and the bytes of the object.
 */
const magic = Buffer.from('k8s\0')

interface Field {
  readonly number: number
  readonly value: bigint | Buffer
}

/** A reader of one message: its fields in order, numbers and byte strings. */
function* fieldsOf(bytes: Buffer): Generator<Field> {
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asIntN(64, value)
    }
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    if ((tag & 7) === 0) yield { number: tag >> 3, value: varint() }
    else if ((tag & 7) === 2) {
      const size = Number(varint())
      yield { number: tag >> 3, value: bytes.subarray(at, at + size) }
      at += size
    } else throw badRequest('unable to decode: the message is not protobuf')
  }
}

type Value = Field['value'] | undefined

const nothing = Buffer.alloc(0)
const textOf = (value: Value) => (value ?? nothing).toString()
const messageOf = (value: Value) => (typeof value === 'bigint' ? nothing : (value ?? nothing))
const numberOf = (value: Value) => (typeof value === 'bigint' ? Number(value) : 0)
const part = (bytes: Buffer, number: number) =>
  [...fieldsOf(bytes)].find((field) => field.number === number)?.value

function valueOf(value: Value, schema: Schema): unknown {
  const inner = messageOf(value)
  if (schema.is === 'struct') return structOf(inner, schema)
  if (schema.is === 'boolean') return value !== 0n
  if (schema.is === 'int32' || schema.is === 'int64') return numberOf(value)
  // A time that was never set is a message without content.
  if (schema.is === 'time' && inner.length === 0) return undefined
  if (schema.is === 'time') return new Date(numberOf(part(inner, 1)) * 1000).toISOString()
  if (schema.is === 'bytes') return inner.toString('base64')
  if (schema.is !== 'intOrString') return textOf(value)
  return part(inner, 1) === 1n ? textOf(part(inner, 3)) : numberOf(part(inner, 2))
}

function structOf(bytes: Buffer, schema: Struct): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  const names = fieldNames[schema.name] ?? []
  for (const { number, value } of fieldsOf(bytes)) {
    const name = names[number - 1]
    const field = name === undefined ? undefined : schema.fields[name]
    if (name === undefined || field === undefined) continue
    if (field.is === 'list') {
      const items = (result[name] ??= []) as unknown[]
      items.push(valueOf(value, field.of))
    } else if (field.is === 'map') {
      const entries = (result[name] ??= {}) as Record<string, unknown>
      entries[textOf(part(messageOf(value), 1))] = valueOf(part(messageOf(value), 2), field.of)
    } else result[name] = valueOf(value, field)
  }
  return result
}

/** The object in the message; undefined when it is of a kind whose fields we have no numbers for. */
export function readProtobuf(message: Buffer): Record<string, unknown> | undefined {
  if (!message.subarray(0, 4).equals(magic)) return undefined
  const envelope = message.subarray(4)
  const type = messageOf(part(envelope, 1))
  const apiVersion = textOf(part(type, 1))
  const kind = textOf(part(type, 2))
  const schema = protobufSchemas[kind]
  if (schema === undefined) return undefined
  return { apiVersion, kind, ...structOf(messageOf(part(envelope, 2)), schema) }
}
