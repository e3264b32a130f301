/** The words in which our plan and the peer's stack are compared. */
import { attributeDefaults as balancerDefaults } from '../../../providers/aws/kinds/load-balancer-form.ts'
import { attributeDefaults as targetDefaults } from '../../../providers/aws/kinds/target-group-form.ts'
import { parseCidr } from '../../../src/lib/ip.ts'
import { fieldsOf, type Fields, listOf, sorted, textOf, wordOf } from './shapes.ts'

/** One side of the comparison: both are brought into this. */
export interface PeerForm {
  readonly balancer?: Fields
  readonly listeners: Readonly<Record<string, Fields>>
  readonly targets: Readonly<Record<string, Fields>>
  readonly group?: Fields
  /** What may reach the targets: `peer tcp/80`, of all target groups together. */
  readonly networking: readonly unknown[]
}

export const pairs = (list: unknown): Fields =>
  Object.fromEntries(listOf(list).map(({ key, value }) => [key, value]))

/** What is as AWS sets it may be said or not. */
const otherThan = (attributes: Fields, defaults: Readonly<Record<string, string>>): Fields =>
  Object.fromEntries(Object.entries(attributes).filter(([key, value]) => defaults[key] !== value))
export const unusual = (attributes: Fields): Fields => otherThan(attributes, balancerDefaults)
export const unusualTargets = (attributes: Fields): Fields => otherThan(attributes, targetDefaults)

export const numeric = (value: unknown): unknown =>
  typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value

export const distinct = (list: readonly unknown[]): readonly unknown[] => sorted([...new Set(list)])

/** A rule for everything has no ports; a protocol that nobody named is TCP. */
export const ruleText = (protocol: unknown, from: unknown, to: unknown, peer: unknown): string =>
  `${textOf(protocol).toLowerCase() || 'tcp'} ${portText(from)}-${portText(to)} ${rangeText(textOf(peer))}`

/** A port of the pods by name is a number that nobody knows yet. */
const portText = (port: unknown): string =>
  /port (?<name>\S+) of the pods/.exec(textOf(fieldsOf(port)['$unknown']))?.groups?.['name'] ?? wordOf(port)

/** Without the bits beyond the prefix, which EC2 leaves out too. */
export function rangeText(peer: string): string {
  const range = parseCidr(peer)
  return range.ok ? range.value.text : peer
}
