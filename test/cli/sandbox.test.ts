import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exit } from '../../src/cli/exit.ts'
import { invoke } from './invoke.ts'

interface Row {
  readonly name: string
  readonly args: readonly string[]
  readonly body: 'sandbox' | 'sandboxStatus' | 'sandboxStop' | 'sandboxChaos'
  readonly options: object
}

const start = { name: 'default', nodes: 3, provider: 'local', pagePort: 7080, files: [], detach: false }

const rows: readonly Row[] = [
  { name: 'nothing given', args: [], body: 'sandbox', options: start },
  {
    name: 'files in their order, no page',
    args: ['--file', 'a', 'b', '--file', 'c', '--page-port', 'off', '--detach'],
    body: 'sandbox',
    options: { ...start, files: ['a', 'b', 'c'], pagePort: undefined, detach: true },
  },
  {
    name: 'a name before the command',
    args: ['--name', 'two', 'stop'],
    body: 'sandboxStop',
    options: { name: 'two' },
  },
  {
    name: 'a name behind the command',
    args: ['status', '--name', 'two', '-o', 'json'],
    body: 'sandboxStatus',
    options: { name: 'two', output: 'json' },
  },
  {
    name: 'a folder behind the command',
    args: ['chaos', 'slow-node', 'node-2', '--ms', '20', '--state-dir', 'x'],
    body: 'sandboxChaos',
    options: {
      name: 'default',
      stateDir: 'x',
      wish: { name: 'slow-node', target: 'node-2', ms: 20, undo: false },
      output: 'text',
    },
  },
  {
    name: 'what is broken',
    args: ['chaos', '-o', 'json'],
    body: 'sandboxChaos',
    options: { name: 'default', wish: undefined, output: 'json' },
  },
  { name: 'all mended', args: ['chaos', '--undo'], body: 'sandboxChaos', options: { wish: 'mend all' } },
]

for (const { name, args, body, options } of rows)
  test(`sandbox, ${name}`, async () => {
    const seen: object[] = []
    const record = async (given: object) => {
      seen.push(given)
      return exit.fine
    }
    const { code, err } = await invoke(['sandbox', ...args], { bodies: { [body]: async () => record } })
    assert.deepEqual([code, err, seen.length], [0, '', 1])
    const given = new Map(Object.entries(seen[0] ?? {}))
    for (const [key, value] of Object.entries(options)) assert.deepEqual(given.get(key), value, key)
  })

const refusals: readonly {
  readonly name: string
  readonly args: readonly string[]
  readonly says: RegExp
}[] = [
  {
    name: 'an unknown sort',
    args: ['kil-pod'],
    says: /kill-pod, stop-node, slow-node, partition-api, restart-controller, restart-cloud/,
  },
  {
    name: 'no time at all',
    args: ['slow-node', '--ms', '0'],
    says: /Accepted: a whole number from 1 to 60000\./,
  },
  { name: 'a time for nothing', args: ['--ms', '5'], says: /--ms is of slow-node/ },
]

for (const { name, args, says } of refusals)
  test(`sandbox chaos refuses ${name}`, async () => {
    const { code, err } = await invoke(['sandbox', 'chaos', ...args])
    assert.equal(code, 1)
    assert.match(err, says)
  })
