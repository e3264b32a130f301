import type { AnnotationSpec, AnnotationTable } from '../../src/model/annotations.ts'
import type { CloudKeys, KeyCase } from '../keys/key-case.ts'
import type { Random } from './random.ts'

/** How near a value is to what its key takes. */
export type Quality = 'valid' | 'near' | 'junk'

/** A key of a table that can stand on a Service, with texts that its type accepts. */
export interface Candidate {
  readonly row: string
  readonly key: string
  readonly valid: readonly string[]
  /** From the cases of the key: values with what has to stand beside them. */
  readonly cases: readonly Pick<KeyCase, 'value' | 'beside' | 'spec'>[]
}

/** Texts of every sort that annotations take: each row keeps those that its own type accepts. */
const pool = [
  'true', 'false', 'True', '1', '2', '3', '4', '5', '6', '10', '15', '30', '60', '120', '300', '600', '3600', '50000',
  '80', '443', '8080', '10256', '80,443', '443,80', 'http', '*', 'TCP', 'tcp', 'HTTP', 'http', 'HTTPS', 'https', 'SSL',
  '/', '/healthz', '/ready?full=1', 'traffic-port', '200', '200-399', 'v1', 'v2', 'on', 'off',
  '10.0.0.0/8', '192.0.2.0/24,198.51.100.0/24', '2001:db8::/32', '192.0.2.10', '10.0.1.5', '10.0.1.5,10.0.2.5',
  '2001:db8::10', 'edge', 'edge,other', 'web-front', 'team=shop', 'team=shop,env=prod', 'a=1', 'internal', 'Internal',
  'internet-facing', 'external', 'instance', 'ip', 'ipv4', 'dualstack', 'nlb', 'Premium', 'Standard', 'PREMIUM',
  'None', 'ClientIP', 'ROUND_ROBIN', 'SOURCE_IP', 'LEAST_CONNECTIONS', 'amphora', 'ovn', 'AzureCloud', 'Storage',
  '11111111-2222-3333-4444-555555555555', 'subnet-0123456789abcdef0', 'sg-0123456789abcdef0', 'pl-0123456789abcdef0',
  'eipalloc-0123456789abcdef0', 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
] as const // prettier-ignore

const junk = [
  '', ' ', '\t', '-1', '0', '99999999999999999999', '1e3', 'NaN', 'null', '[]', '{}', '{"a":1}', ',', ',,,', '=', '=,=',
  'a=', '=b', '0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0', '010.0.0.0/8', '::ffff:10.0.0.1/104', '10.0.0.0/8 10.1.0.0/16',
  '10.0.0.0/8;192.0.2.0/24', '*', '%', '../..', '<script>', '"quoted"', "it's", 'true,false', 'yes please', '\u0000', '😀',
  'constructor', '__proto__', '$ref', 'a'.repeat(5000), '/'.repeat(2000), '1,'.repeat(300), '٣', '１', 'ＴＣＰ', '\u00a0true',
] as const // prettier-ignore

/** Every key that can be written, the portable ones and one of each family for these ports among them. */
export function candidatesOf({ blueprint, cases }: CloudKeys): readonly Candidate[] {
  const written = Map.groupBy(cases, ({ key }) => key)
  return Object.entries(blueprint.annotations).flatMap(([row, spec]) =>
    keysOf(spec).map(({ key, type }): Candidate => {
      const shown = written.get(key) ?? []
      const texts = [spec.example, ...shown.map(({ value }) => value), ...pool]
      const valid = [...new Set(texts)].filter((text) => type.parse(text).ok)
      return { row, key, valid: valid.length > 0 ? valid : [spec.example], cases: shown }
    }),
  )
}

function keysOf(spec: AnnotationSpec<unknown>): readonly Pick<AnnotationSpec<unknown>, 'key' | 'type'>[] {
  const portable = spec.portable === undefined ? [] : [spec.portable]
  return [...(spec.family === undefined ? [spec] : membersOf(spec.key, spec.family, spec)), ...portable]
}

/** `...port_<port>_no_lb_rule` -> its members for a few ports, in whatever form the family's pattern takes. */
function membersOf(key: string, family: RegExp, { type }: AnnotationSpec<unknown>) {
  const fillings = ['80', '443', '53', 'TCP-80', 'TLS-443', 'UDP-53', 'tcp-80']
  const keys = fillings.map((text) => key.replaceAll(/<[^>]*>/g, text)).filter((one) => family.test(one))
  return keys.map((one) => ({ key: one, type }))
}

export function valueOf({ valid }: Candidate, quality: Quality, random: Random): string {
  const good = random.pick(valid) ?? ''
  if (quality === 'valid') return good
  return quality === 'junk' ? (random.pick(junk) ?? '') : oneEditAway(good, random)
}

const characters = Array.from(' ,=/:.-_0129aZ%"')

function oneEditAway(text: string, random: Random): string {
  const at = random.int(text.length + 1)
  const letter = random.pick(characters) ?? ' '
  const [before, after] = [text.slice(0, at), text.slice(at)]
  const edits = [
    before + letter + after,
    before + after.slice(1),
    before + letter + after.slice(1),
    before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2),
    text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase(),
    `${text},${text}`,
    `${text},`,
  ]
  return random.pick(edits) ?? text
}

/** Rows that take part in a plan or are passed over: a refused one ends every Service that it is on. */
export const isLively = (table: AnnotationTable, { row }: Candidate): boolean =>
  table[row]?.verdict.is !== 'refused'
