/** Texts for holding two readers against each other: YAML as tools and people write it, and edits of it. */
import * as fc from 'fast-check'
import { stringify } from 'yaml'

const words = [
  'web', 'a b', '10.0.0.0/8', '80', '0', '-1', '007', '1.5', '1e3', '0x1F', '.5', '30s', 'true', 'no', 'Y', 'null',
  '~', '', 'http://x/y', 'a:b', 'k:{"port":80,"protocol":"TCP"}', '.', 'f:spec', 'x # y', 'x#y', '- a', 'a: b', 'end:',
  "it's", 'say "hi"', 'tab\there', 'two\nlines\n', 'two\n\nlines', '  led', 'trail ', '{{ .Values.x }}', '*star', '&and',
  '!tag', '@at', '`tick`', '%pct', '[x', '{y', '<<', '?q', 'é', '😀', '2026-01-01', '2026-01-01T00:00:00Z', '---', '...',
  '--- x', '0b1', '+5', '1_000', '.inf', '-.INF', '.nan', '9007199254740993', '\u00a0', 'back\\slash', 'a\\"b', '-', '--',
  'constructor', '__proto__', 'toString',
] as const // prettier-ignore

const scalar = fc.oneof(
  fc.constantFrom(...words),
  fc.integer({ min: -5, max: 70_000 }),
  fc.boolean(),
  fc.constant(null),
)
const key = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z][a-z./-]{0,8}$/) },
  { weight: 1, arbitrary: fc.constantFrom(...words) },
)

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { weight: 3, arbitrary: scalar },
    { weight: 2, arbitrary: tie('map') },
    { weight: 1, arbitrary: tie('list') },
  ),
  map: fc.dictionary(key, tie('any'), { maxKeys: 4 }),
  list: fc.array(tie('any'), { maxLength: 3 }),
})).map

const styles = fc.record({
  indentSeq: fc.boolean(),
  indent: fc.constantFrom(2, 4),
  lineWidth: fc.constantFrom(0, 40),
  defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
  defaultKeyType: fc.constantFrom(null, 'QUOTE_DOUBLE', 'PLAIN'),
} as const)

const document = fc.tuple(value, styles).map(([one, style]) => stringify(one, { ...style, version: '1.1' }))

const borders = [
  '---\n',
  '---\n# Source: x/y.yaml\n',
  '--- # c\n',
  '...\n---\n',
  '\n---\n\n',
  '---   \n',
  '# only\n---\n',
] as const

const file = fc
  .array(fc.tuple(fc.constantFrom(...borders), document), { minLength: 1, maxLength: 4 })
  .chain((parts) =>
    fc
      .boolean()
      .map((headless) =>
        parts.map(([border, text], at) => (at === 0 && headless ? text : border + text)).join(''),
      ),
  )

const inserts = [
  ' ', '  ', '\n', '\t', '#', ' # c', ':', ': ', '- ', '-', '"', "'", '|', '|-', '|+\n', '>', '>-\n', '{', '}', '[', ']', ',',
  '&a ', '*a', '!t ', '? ', '%', '---\n', '\n---\n', '\n...\n', '\r\n', '\r', 'x: 1\n', '<<: ', '\ufeff', '\\', '\\n', '\n\n',
] as const // prettier-ignore

interface Edit {
  readonly place: number
  readonly remove: number
  readonly insert: string
}

const edit: fc.Arbitrary<Edit> = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.constantFrom(0, 0, 0, 1, 2, 5),
  insert: fc.constantFrom('', ...inserts),
})

const apply = (text: string, { place, remove, insert }: Edit): string => {
  const at = Math.floor(place * text.length)
  return text.slice(0, at) + insert + text.slice(at + remove)
}

/** Whole files, half of them with a few slips, some with the line ends of Windows. */
export const yamlTexts: fc.Arbitrary<string> = fc
  .tuple(file, fc.array(edit, { maxLength: 3 }), fc.integer({ min: 0, max: 9 }))
  .map(([text, edits, ends]) => {
    const edited = edits.reduce(apply, text)
    return ends === 0 ? edited.replaceAll(/\r?\n/g, '\r\n') : edited
  })
