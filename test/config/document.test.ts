import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseText } from '../../src/config/document.ts'
import { pathSteps } from '../../src/config/position.ts'

const yaml = `metadata:
  annotations:
    example.org/a.b: 'x'
spec:
  ports:
    - port: 80
    - port: 443
      nodePort: 30443
  ranges: [10.0.0.0/8,
    bad]
`
const json = JSON.stringify(
  { metadata: { annotations: { 'example.org/a.b': 'x' } }, spec: { ports: [{ port: 80 }] } },
  null,
  '\t',
)

interface Row {
  readonly name: string
  readonly text: string
  readonly path: string
  readonly at: readonly [line: number, column: number]
}

const rows: readonly Row[] = [
  { name: 'a key', text: yaml, path: 'spec.ports', at: [5, 3] },
  { name: 'a key in quotes', text: yaml, path: 'metadata.annotations["example.org/a.b"]', at: [3, 5] },
  { name: 'a field of an item', text: yaml, path: 'spec.ports[1].nodePort', at: [8, 7] },
  { name: 'an item', text: yaml, path: 'spec.ports[1]', at: [7, 7] },
  { name: 'an item of a list in one line', text: yaml, path: 'spec.ranges[1]', at: [10, 5] },
  { name: 'a field that is absent: its item', text: yaml, path: 'spec.ports[0].nodePort', at: [6, 7] },
  { name: 'an item that is absent: its list', text: yaml, path: 'spec.ports[7].port', at: [5, 3] },
  { name: 'nothing of it there: the document', text: yaml, path: 'status.x', at: [1, 1] },
  { name: 'the document', text: `---\na: 1\n---\n${yaml}`, path: '', at: [2, 1] },
  { name: 'JSON with tabs', text: json, path: 'spec.ports[0].port', at: [10, 5] },
]

for (const { name, text, path, at } of rows)
  test(`locate ${name}`, () => {
    const position = parseText(text).documents[0]?.locate(path)
    assert.deepEqual(position, { line: at[0], column: at[1] })
  })

test('the second document has the lines of the file', () => {
  const second = parseText(`a: 1\n---\nb:\n  c: 2\n`).documents[1]
  assert.deepEqual(second?.locate('b.c'), { line: 4, column: 3 })
})

test('paths are read as problems write them', () => {
  assert.deepEqual(pathSteps('spec.ports[1].nodePort'), ['spec', 'ports', 1, 'nodePort'])
  assert.deepEqual(pathSteps('metadata.annotations["a/b.c[\\"x\\"]"]'), [
    'metadata',
    'annotations',
    'a/b.c["x"]',
  ])
  assert.deepEqual(pathSteps(''), [])
})

test('values are those that the API server would read', () => {
  const [document] = parseText('a: yes\nc: 2026-01-01\nd: &x { e: 1 }\nf: { <<: *x }\ng: ~\n').documents
  assert.deepEqual(document?.value, { a: true, c: '2026-01-01', d: { e: 1 }, f: { e: 1 }, g: null })
})

test('an alias bomb is a fault, not a full memory', () => {
  const bomb = Array.from({ length: 12 }, (_, at) =>
    at === 0
      ? 'a0: &a0 [x]'
      : `a${at}: &a${at} [${Array.from({ length: 9 }, () => `*a${at - 1}`).join(', ')}]`,
  ).join('\n')
  const { documents, faults } = parseText(bomb)
  assert.equal(documents.length, 0)
  assert.match(faults[0]?.message ?? '', /alias/)
})

const hintOf = (text: string) => parseText(text).faults[0]?.hint

test('a template that was not rendered is called one, wherever the parser stumbles', () => {
  assert.match(hintOf('metadata:\n  name: x\n{{- if .Values.y }}\n  labels: {}\n{{- end }}\n') ?? '', /helm/)
  assert.match(hintOf('{{ include "all" . }}\nkind: Service\n') ?? '', /helm/)
  assert.equal(hintOf('a: [1,\nb: {'), undefined)
})
