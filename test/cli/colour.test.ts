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
    const { out, err } = await invokeToy(
      [...args, 'dry-run', `${input}one.yaml`, `${input}gke.yaml`],
      options,
    )
    for (const text of [out, err]) assert.equal(text.includes('\u001B['), coloured)
  })
