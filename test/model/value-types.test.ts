import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { ValueType } from '../../src/model/annotations.ts'
import { boolean, trueUnlessFalse } from '../../src/model/value-boolean.ts'
import { choice } from '../../src/model/value-choice.ts'
import { cidr } from '../../src/model/value-cidr.ts'
import { integer } from '../../src/model/value-integer.ts'
import { list } from '../../src/model/value-list.ts'
import { map } from '../../src/model/value-map.ts'
import { portSelection, selects, unmatched } from '../../src/model/value-ports.ts'
import { text } from '../../src/model/value-text.ts'

const seconds = integer({ min: 5, max: 300, unit: 'seconds' })
const scheme = choice(['internal', 'internet-facing'], { refused: { alb: 'not yet' } })
const protocol = choice(['TCP', 'HTTP'], { case: 'ignore' })
const path = text({ accepts: 'a path', pattern: /^\//, maxLength: 5 })
const pairs = map({
  accepts: 'pairs',
  maxPairs: 3,
  known: { 'stickiness.enabled': boolean },
  check: (key) => (key === 'aws:x' ? 'reserved' : undefined),
})

const plain = map({ accepts: 'pairs', commaInValue: false })

interface Row {
  readonly name: string
  readonly type: ValueType<unknown>
  readonly text: string
  readonly value?: unknown
  /** Matched against message, accepted and hint. */
  readonly refused?: RegExp
}

const rows: readonly Row[] = [
  ...['1', 't', 'T', 'TRUE', 'true', 'True', ' true '].map((text) => ({
    name: `boolean ${text}`,
    type: boolean,
    text,
    value: true,
  })),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => ({
    name: `boolean ${text}`,
    type: boolean,
    text,
    value: false,
  })),
  { name: 'boolean yes', type: boolean, text: 'yes', refused: /did you mean "true"/ },
  { name: 'boolean tRuE: Go refuses it', type: boolean, text: 'tRuE', refused: /did you mean "true"/ },
  { name: 'boolean off', type: boolean, text: 'off', refused: /did you mean "false"/ },
  { name: 'boolean 2', type: boolean, text: '2', refused: /neither/ },
  { name: 'internal: 0.0.0.0/0 of old manifests', type: trueUnlessFalse, text: '0.0.0.0/0', value: true },
  { name: 'internal: false', type: trueUnlessFalse, text: 'false', value: false },
  { name: 'internal: False is any other text', type: trueUnlessFalse, text: 'False', value: true },
  { name: 'integer', type: seconds, text: '30', value: 30 },
  { name: 'integer with a sign', type: seconds, text: '+30', value: 30 },
  { name: 'integer below', type: seconds, text: '4', refused: /least is 5/ },
  { name: 'integer above', type: seconds, text: '301', refused: /most is 300/ },
  { name: 'integer negative', type: seconds, text: '-10', refused: /least is 5/ },
  { name: 'integer with a unit', type: seconds, text: '30s', refused: /"30"/ },
  { name: 'integer with a fraction', type: seconds, text: '30.5', refused: /whole/ },
  { name: 'integer in hexadecimal', type: seconds, text: '0x1e', refused: /whole/ },
  { name: 'integer beyond all bounds', type: seconds, text: '9'.repeat(400), refused: /most is 300/ },
  { name: 'choice', type: scheme, text: 'internal', value: 'internal' },
  { name: 'choice misspelt', type: scheme, text: 'intrenal', refused: /did you mean "internal"/ },
  { name: 'choice in another case', type: scheme, text: 'Internal', refused: /did you mean "internal"/ },
  { name: 'choice refused', type: scheme, text: 'alb', refused: /not yet/ },
  { name: 'choice far off', type: scheme, text: 'zzzzz', refused: /^(?!.*did you mean)/ },
  { name: 'choice, any case', type: protocol, text: 'http', value: 'HTTP' },
  { name: 'text', type: path, text: ' /a ', value: '/a' },
  { name: 'text of another form', type: path, text: 'a', refused: /form/ },
  { name: 'text too long', type: path, text: '/12345', refused: /6 characters, 5/ },
  { name: 'list', type: list(path), text: '/a, /b,,/c ,', value: ['/a', '/b', '/c'] },
  { name: 'list without items', type: list(path), text: ' , ', refused: /no item/ },
  { name: 'list with one bad item', type: list(path), text: '/a,b', refused: /item 2/ },
  {
    name: 'list of ranges, one an address',
    type: list(cidr),
    text: '10.0.0.0/8, 1.2.3.4',
    refused: /1\.2\.3\.4\/32/,
  },
  { name: 'ports', type: portSelection, text: '443, https,8443', value: [443, 'https', 8443] },
  { name: 'ports: all', type: portSelection, text: '*', value: 'all' },
  { name: 'ports: all and one', type: portSelection, text: '*,443', refused: /stands for all/ },
  { name: 'ports: 0', type: portSelection, text: '0', refused: /1 to 65535/ },
  { name: 'ports: 70000', type: portSelection, text: '443,70000', refused: /1 to 65535/ },
  { name: 'ports: no name', type: portSelection, text: 'a_b', refused: /neither/ },
  { name: 'ports: none', type: portSelection, text: ',', refused: /no port/ },
  { name: 'map', type: pairs, text: 'a=1, b=2', value: { a: '1', b: '2' } },
  {
    name: 'map: `=` in values',
    type: pairs,
    text: 'k=Mjk5NzkyNDU4Cg==, f=ZGF=0=Q=',
    value: { k: 'Mjk5NzkyNDU4Cg==', f: 'ZGF=0=Q=' },
  },
  {
    name: 'map: a word without "=" is a slip where no value holds commas',
    type: plain,
    text: 'k1=v1, malformed',
    refused: /"malformed" has no "="/,
  },
  {
    name: 'map: a comma at the end divides nothing there either',
    type: plain,
    text: 'a=1,b=2,',
    value: { a: '1', b: '2' },
  },
  {
    name: 'map: a comma splits only before a later `=`',
    type: pairs,
    text: 'a=1,codes=200,302',
    value: { a: '1', codes: '200,302' },
  },
  { name: 'map: a word between two pairs', type: pairs, text: 'a=1,b,c=2', refused: /"b" has no "="/ },
  { name: 'map: escaped comma', type: pairs, text: 'a=1\\,5,c=2', value: { a: '1,5', c: '2' } },
  { name: 'map: escaped `=` and backslash', type: pairs, text: 'a\\=b=c\\\\', value: { 'a=b': 'c\\' } },
  { name: 'map: backslash at the end is itself', type: pairs, text: 'a=b\\', value: { a: 'b\\' } },
  { name: 'map: empty value', type: pairs, text: 'a=', value: { a: '' } },
  { name: 'map: trailing comma', type: pairs, text: 'a=1,b=2, ', value: { a: '1', b: '2' } },
  { name: 'map: no `=`', type: pairs, text: 'a', refused: /no "="/ },
  { name: 'map: empty key', type: pairs, text: 'a=1, =b', refused: /no key/ },
  { name: 'map: twice', type: pairs, text: 'a=1,a=2', refused: /twice/ },
  { name: 'map: too many', type: pairs, text: 'a=1,b=2,c=3,d=4', refused: /3 is the most/ },
  {
    name: 'map: known key, bad value',
    type: pairs,
    text: 'stickiness.enabled=yes',
    refused: /stickiness\.enabled: .*did you mean/s,
  },
  {
    name: 'map: known key misspelt',
    type: pairs,
    text: 'stickines.enabled=true',
    refused: /did you mean "stickiness\.enabled"/,
  },
  { name: 'map: reserved', type: pairs, text: 'aws:x=1', refused: /reserved/ },
  {
    name: 'map: a key that objects have',
    type: pairs,
    text: '__proto__=1,constructor=2',
    value: Object.fromEntries([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]),
  },
]

for (const { name, type, text, value, refused } of rows)
  test(`value: ${name}`, () => {
    const parsed = type.parse(text)
    if (refused === undefined) return assert.deepEqual(parsed, { ok: true, value })
    assert.equal(parsed.ok, false)
    if (!parsed.ok) {
      const { message, accepted = '', hint = '', code } = parsed.error
      assert.match([message, accepted, hint].join('\n'), refused)
      assert.match(code ?? '', /^LB_ANNOTATION_/)
    }
  })

test('ports: by number and by name', () => {
  const ports = [
    { index: 0, protocol: 'TCP', port: 80, targetPort: 80, name: 'http' },
    { index: 1, protocol: 'TCP', port: 443, targetPort: 443, name: 'https' },
  ] as const
  assert.deepEqual(
    ports.map((port) => selects(['https'], port)),
    [false, true],
  )
  assert.deepEqual(
    ports.map((port) => selects('all', port)),
    [true, true],
  )
  assert.deepEqual(unmatched([443, 'http', 8443, 'grpc'], ports), [8443, 'grpc'])
  assert.deepEqual(unmatched('all', ports), [])
})

const types = [...new Set(rows.map((row) => row.type))]
const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'ab1=,\\ */.'.split('')) }))

test('value: no type throws on any text', () => {
  fc.assert(
    fc.property(texts, fc.constantFrom(...types), (text, type) => {
      const parsed = type.parse(text)
      if (!parsed.ok) assert.notEqual(parsed.error.message, '')
    }),
    { numRuns: 1500 },
  )
})

const escape = (text: string): string => text.replace(/[\\,=\s]/g, '\\$&')
const joinPairs = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([key, value]) => `${escape(key)}=${escape(value)}`)
    .join(',')

test('map: what is joined is read back', () => {
  const key = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ unit: fc.constantFrom(...'a=,\\ '.split('')), minLength: 1 }),
  )
  const free = map({ accepts: 'pairs' })
  fc.assert(
    fc.property(fc.dictionary(key, key), (pairs) => {
      assert.deepEqual(free.parse(joinPairs(pairs)), { ok: true, value: { ...pairs } })
    }),
    { numRuns: 500 },
  )
})

test('list of ranges: each value lies inside an item of the text', () => {
  const ranges = fc.array(
    fc.tuple(fc.ipV4(), fc.nat(32)).map(([ip, bits]) => `${ip}/${bits}`),
    { minLength: 1, maxLength: 5 },
  )
  fc.assert(
    fc.property(ranges, (items) => {
      const parsed = list(cidr).parse(items.join(' , '))
      assert.ok(parsed.ok)
      assert.deepEqual(
        parsed.value.map(({ prefix }) => prefix),
        items.map((item) => Number(item.split('/')[1])),
      )
    }),
  )
})
