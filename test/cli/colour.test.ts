import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invokeToy, type InvokeOptions } from './invoke.ts'

interface Row {
  readonly name: string
  readonly args?: readonly string[]
  readonly options: InvokeOptions
  readonly coloured: boolean
}

const rows: readonly Row[] = [
  { name: 'a pipe', options: {}, coloured: false },
  { name: 'a terminal', options: { tty: true }, coloured: true },
  { name: 'a terminal with NO_COLOR', options: { tty: true, env: { NO_COLOR: '1' } }, coloured: false },
  {
    name: 'a terminal with an empty NO_COLOR',
    options: { tty: true, env: { NO_COLOR: '' } },
    coloured: true,
  },
  { name: 'a dumb terminal', options: { tty: true, env: { TERM: 'dumb' } }, coloured: false },
  { name: 'a pipe with --color always', args: ['--color', 'always'], options: {}, coloured: true },
  {
    name: 'NO_COLOR and --color always',
    args: ['--color', 'always'],
    options: { env: { NO_COLOR: '1' } },
    coloured: true,
  },
  {
    name: 'a terminal with --color never',
    args: ['--color', 'never'],
    options: { tty: true },
    coloured: false,
  },
]

for (const { name, args = [], options, coloured } of rows)
  test(`${name}: ${coloured ? 'colour' : 'no colour'}, in the plan and in the problems`, async () => {
    const input = 'test/cli/golden/inputs/'
    const files = ['one.yaml', 'gke.yaml', 'tab.yaml'].map((file) => `${input}${file}`)
    const { out, err } = await invokeToy([...args, 'dry-run', ...files], options)
    for (const text of [out, err]) assert.equal(text.includes('\u001B['), coloured)
  })

test('on a terminal the problems of Services are said once, in their place; in a pipe on stderr too', async () => {
  const args = ['dry-run', 'test/cli/golden/inputs/gke.yaml', 'test/cli/golden/inputs/tab.yaml']
  const terminal = await invokeToy(args, { tty: true, env: { NO_COLOR: '1' } })
  const pipe = await invokeToy(args)
  for (const { out } of [terminal, pipe]) assert.match(out, /! warning LB_ANNOTATION_FOREIGN/)
  assert.doesNotMatch(terminal.err, /LB_ANNOTATION_FOREIGN/)
  assert.match(pipe.err, /gke\.yaml:7:5 LB_ANNOTATION_FOREIGN warning/)
  for (const { err } of [terminal, pipe]) assert.match(err, /tab\.yaml:\d+:\d+ LB_FILE_UNPARSABLE error/)
})

test('a file cannot steer the terminal', async () => {
  const { out, err } = await invokeToy(['dry-run', '-', '--color', 'never'], {
    stdin: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'a\u001B]0;x\u0007\u001B[2J\u202Eb',
        annotations: { 'toy.example/quic': '\u001B[H' },
      },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    }),
  })
  // oxlint-disable-next-line no-control-regex -- the escape is what must not be there
  for (const text of [out, err]) assert.doesNotMatch(text, /[\u0000-\u0009\u000B-\u001F\u202E]/)
  assert.match(out, /a\uFFFD/)
})
