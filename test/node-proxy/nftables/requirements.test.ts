import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlaneRefused } from '../../../src/node-proxy/data-plane.ts'
import { nftProgram, problemsOf } from '../../../src/node-proxy/nftables/nft.ts'
import { NftablesPlane } from '../../../src/node-proxy/nftables/plane.ts'
import { silentLog, type Log } from '../../../src/observe/log.ts'
import { tableOf } from '../userspace/rows.ts'
import { Kernel } from './kernel.ts'

const { signal } = new AbortController()

class Machine extends Kernel {
  readonly #version: string
  readonly #said: string | undefined
  readonly #of: string

  /** Says so to what holds the text `of`. */
  constructor(version: string, said?: string, of = '') {
    super()
    this.#version = version
    this.#said = said
    this.#of = of
  }

  override async version(): Promise<string> {
    return this.#version
  }

  override async run(text: string): Promise<void> {
    if (this.#said !== undefined && text.includes(this.#of)) throw new Error(this.#said)
    return super.run(text)
  }
}

const rows = [
  {
    name: 'old kernel',
    kernel: '5.10.0-30-amd64',
    nft: 'nftables v1.0.6 (x)',
    refused: /kernel 5\.10\.0-30-amd64 is older than 5\.13/,
  },
  { name: 'least kernel', kernel: '5.13.0', nft: 'nftables v1.0.6 (x)' },
  {
    name: 'old nft',
    kernel: '6.1.0',
    nft: 'nftables v0.9.8 (x)',
    refused: /nft 0\.9\.8 is older than 1\.0\.1; install/,
  },
  { name: 'least nft', kernel: '6.1.0', nft: 'nftables v1.0.1 (x)' },
  { name: 'later nft', kernel: '6.18.44-fc', nft: 'nftables v1.1 (x)' },
  { name: 'not nft at all', kernel: '6.1.0', nft: 'hello', refused: /nft 0 is older/ },
  {
    name: 'no right',
    kernel: '6.1.0',
    nft: 'nftables v1.0.6 (x)',
    said: 'nft: Operation not permitted',
    refused: /NET_ADMIN/,
  },
  {
    name: 'lacks a part',
    kernel: '6.1.0',
    nft: 'nftables v1.0.6 (x)',
    said: 'nft: No such file',
    refused: /nft_numgen/,
  },
] as const

for (const row of rows)
  test(`asked of the machine: ${row.name}`, async () => {
    const machine = new Machine(row.nft, 'said' in row ? row.said : undefined)
    const started = new NftablesPlane({ nft: machine, kernel: row.kernel }).start(signal)
    if (!('refused' in row)) return started
    await assert.rejects(started, (error) => error instanceof PlaneRefused && row.refused.test(error.message))
  })

test('a machine without IPv6 serves IPv4, says so once, and is not asked for IPv6 again', async () => {
  const lines: unknown[] = []
  const log: Log = { ...silentLog, warn: (...line) => lines.push(line) }
  const machine = new Machine('nftables v1.0.6 (x)', 'nft: Operation not supported', ' ip6 ')
  const plane = new NftablesPlane({ nft: machine, kernel: '6.1.0', log })
  await plane.start(signal)
  assert.deepEqual(plane.families, ['IPv4'])
  assert.equal(lines.length, 1)
  const asked = machine.transactions.length
  const table = tableOf([])
  assert.deepEqual(await plane.apply(table, 'all', signal), { failures: [] })
  assert.deepEqual(await plane.apply(table, 'all', signal), { failures: [] })
  assert.ok(machine.transactions.length > asked)
  await plane.cleanup(signal)
  assert.equal(lines.length, 1)
})

test('no nft program is a refusal that says what to install', async () => {
  const plane = new NftablesPlane({ nft: nftProgram({ command: ['/nowhere/nft'] }), kernel: '6.1.0' })
  await assert.rejects(plane.start(signal), /nft does not run .*install the package nftables/)
})

test('a bit that no mark has is refused', () => {
  assert.throws(() => new NftablesPlane({ masqueradeBit: 32 }), /from 0 to 31, not 32/)
})

test('lines that nft refuses are found in what it says', () => {
  const said = `/dev/stdin:3:1-9: Error: Could not process rule: File exists
add element x
^^^^^^^^^
/dev/stdin:12:5-6: Error: syntax error, unexpected x`
  assert.deepEqual(problemsOf(said), [
    { line: 3, message: 'Could not process rule: File exists' },
    { line: 12, message: 'syntax error, unexpected x' },
  ])
})
