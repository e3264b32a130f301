import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { differs } from './compare-output.ts'
import { readTutorial } from './read-tutorial.ts'

const rows = [
  { name: 'the same', shown: 'a\nb', printed: 'a\nb\n', says: undefined },
  {
    name: 'other names, addresses, nodes, ages and widths',
    shown: 'my-nginx-66bb6d4c67-8fv7x   1/1   3s   127.1.4.1   node-1',
    printed: 'my-nginx-7f9c4d5b8-x2x2x  1/1  12m3s  127.99.12.200     node-3',
    says: undefined,
  },
  { name: 'a line too few', shown: 'a\nb', printed: 'a', says: /did not come: b/ },
  { name: 'a line too many', shown: 'a', printed: 'a\nb', says: /does not show this line: b/ },
  { name: 'another line', shown: 'a\nb', printed: 'a\nc', says: /did not come: b/ },
  { name: 'left out at the start', shown: '...\nb', printed: 'x\ny\nb', says: undefined },
  { name: 'left out at the end', shown: 'a\n...', printed: 'a\nx', says: undefined },
  { name: 'left out, and it never comes', shown: '...\nb', printed: 'x\ny', says: /did not come: b/ },
  { name: 'nothing where something is shown', shown: 'a', printed: '', says: /did not come: a/ },
  { name: 'one replica instead of two', shown: 'x  1/1', printed: 'x  0/1', says: /did not come/ },
  { name: 'a warning of kubectl', shown: 'a', printed: 'Warning: old\na', says: undefined },
]
for (const { name, shown, printed, says } of rows)
  test(`tutorial, output: ${name}`, () => {
    const said = differs(shown, printed)
    if (says === undefined) assert.equal(said, undefined)
    else assert.match(said ?? '', says)
  })

const page = ['# T', '```sh', 'one', '```', '```text', '1', '```', '```sh', 'two', '```']

test('tutorial, page: what is typed, what comes back, what is typed into it', () => {
  const text = [...page, '```terminal', '$ ask', 'answer', '$ exit', '```', '```yaml', 'a: b', '```'].join(
    '\n',
  )
  assert.deepEqual(readTutorial(text), [
    { line: 3, commands: 'one', printed: '1', terminal: undefined },
    {
      line: 9,
      commands: 'two',
      printed: undefined,
      terminal: [
        { typed: 'ask', answer: 'answer' },
        { typed: 'exit', answer: '' },
      ],
    },
  ])
})

test('tutorial, page: slips are told with their line', () => {
  assert.throws(() => readTutorial('```text\nx\n```'), /line 2: no command comes before/)
  assert.throws(() => readTutorial('```sh\nx'), /line 2: this block does not end/)
  assert.throws(
    () => readTutorial([...page, '```terminal', 'x', '```'].join('\n')),
    /begins with what is typed/,
  )
})

test('tutorial, page: ours can be read, and most of it says what comes back', () => {
  const file = new URL('../../docs/tutorial/connecting-applications-with-services.md', import.meta.url)
  const pieces = readTutorial(readFileSync(file, 'utf8'))
  const telling = pieces.filter(({ printed, terminal }) => (printed ?? terminal) !== undefined)
  assert.ok(telling.length > pieces.length / 2, `${telling.length} of ${pieces.length}`)
})
