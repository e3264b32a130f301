import assert from 'node:assert/strict'
import { test } from 'node:test'
import { says } from '../../src/cli/ask.ts'
import type { Io } from '../../src/cli/io.ts'

async function* typed(text: string) {
  yield text
}

async function* silence() {
  await new Promise(() => {})
  yield ''
}

const io = (stdin: Io['stdin'], more: Partial<Io> = {}): Io => ({
  out: () => {},
  err: () => {},
  stdin,
  env: {},
  outIsTty: true,
  errIsTty: true,
  stopSignal: () => new AbortController().signal,
  ...more,
})

for (const [answer, yes] of [
  ['y\n', true],
  ['YES\n', true],
  ['\n', false],
  ['n\n', false],
  ['yellow\n', false],
] as const)
  test(`asked, ${JSON.stringify(answer)} is ${yes ? 'yes' : 'no'}`, async () =>
    assert.equal(await says('Remove?', '--yes', io(typed(answer))), yes))

test('asked where input has ended, nobody said yes', async () =>
  assert.equal(await says('Remove?', '--yes', io((async function* () {})())), false))

test('interrupted while it waits for an answer, it is no', async () => {
  const stop = new AbortController()
  const answer = says('Remove?', '--yes', io(silence(), { stopSignal: () => stop.signal }))
  stop.abort()
  assert.equal(await answer, false)
})

test('without a terminal nobody is asked', async () => {
  let said = ''
  const piped = io(typed('y\n'), { outIsTty: false, err: (text) => void (said += text) })
  assert.equal(await says('Remove?', '--yes', piped), false)
  assert.match(said, /nobody can be asked here, say --yes/)
})
