import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type NftRefused, nftProgram, type NftOptions } from '../../../src/node-proxy/nftables/nft.ts'

const { signal } = new AbortController()

/** A program that notes when it starts and what it is told, and then does what that says. */
function program(t: TestContext, options: NftOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'lb-nft-'))
  const notes = join(folder, 'notes')
  const script = `echo start $$ >>${notes}; text=$(cat); echo "$text" >>${notes}; eval "$text"`
  const nft = nftProgram({ command: ['sh', '-c', script, 'sh'], ...options })
  t.after(() => {
    nft.end()
    rmSync(folder, { recursive: true })
  })
  const lines = () => readFileSync(notes, 'utf8').split('\n').filter(Boolean)
  const started = () =>
    lines()
      .flatMap((line) => /^start (\d+)/.exec(line)?.[1] ?? [])
      .map(Number)
  return {
    nft,
    lines,
    started,
    /** The file is written by another process. */
    starts: async (count: number): Promise<readonly number[]> => {
      for (let tries = 0; tries < 4_000 && started().length < count; tries++) await sleep(5)
      assert.equal(started().length, count)
      return started()
    },
  }
}

/** Resolves when a process has ended and this one knows. */
async function gone(pid = 0): Promise<void> {
  const lives = () => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  for (let tries = 0; tries < 2_000 && lives(); tries++) await sleep(5)
  assert.ok(!lives(), `${pid} lives`)
  await sleep(5)
}

test('a process is started ahead of the transaction that it takes', async (t) => {
  const { nft, lines, starts } = program(t, { ahead: 1 })
  await nft.run(': one', signal)
  const [, ahead] = await starts(2)
  await nft.run(': two', signal)
  const said = lines().filter((line) => !line.startsWith('start'))
  assert.deepEqual(said, [': one', ': two'])
  assert.ok(lines().indexOf(`start ${ahead}`) < lines().indexOf(': two'))
})

test('a process that ended while it stood is not used', async (t) => {
  const { nft, lines, starts } = program(t, { ahead: 1 })
  await nft.run(': one', signal)
  const [, ahead] = await starts(2)
  process.kill(ahead ?? 0, 'SIGKILL')
  await gone(ahead)
  await nft.run(': two', signal)
  assert.ok(lines().includes(': two'))
})

test('nobody stands after the end, and without asking for it', async (t) => {
  const { nft, starts } = program(t, { ahead: 1 })
  await nft.run(': one', signal)
  const [, ahead] = await starts(2)
  nft.end()
  await gone(ahead)
  const plain = program(t)
  await plain.nft.run(': one', signal)
  await sleep(20)
  await plain.starts(1)
})

test('a refusal names the line', async (t) => {
  const { nft } = program(t)
  const text = 'echo "/dev/stdin:1:1-4: Error: No such file" >&2; exit 1'
  await assert.rejects(nft.run(text, signal), (error: NftRefused) => {
    assert.deepEqual(error.problems, [{ line: 1, message: 'No such file' }])
    assert.match(error.message, /^nft: No such file at `echo/)
    return true
  })
})

test('a run is killed when it takes too long or is stopped', async (t) => {
  const { nft } = program(t, { timeoutMs: 30 })
  await assert.rejects(nft.run('exec sleep 5', signal), /ended with SIGKILL/)
  const stop = new AbortController()
  const { nft: other } = program(t)
  const run = other.run('exec sleep 5', stop.signal)
  stop.abort()
  await assert.rejects(run, /ended with SIGKILL/)
})
