import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

/** Asks V8 itself, which it answers to those who may. */
const script = `
import { afterStart, forQuietStart } from ${JSON.stringify(new URL('../../src/cli/short-run.ts', import.meta.url))}
const hot = new Function('n', 'let s = 0; for (let i = 0; i < n; i++) s = (s * 31 + i) | 0; return s')
const isOptimized = new Function('hot', 'return (%GetOptimizationStatus(hot) & 16) !== 0')
const { v8 } = process.versions
const becomesFast = async (turns) => {
  for (let turn = 0; turn < turns && !isOptimized(hot); turn++) {
    for (let call = 0; call < 1000; call++) hot(100)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return isOptimized(hot)
}
forQuietStart(v8)
const before = await becomesFast(100)
afterStart(v8)
console.log(before, await becomesFast(20000))
`

test('what runs often is left as it is during the start, and made fast after it', () => {
  const args = ['--allow-natives-syntax', '--input-type=module', '-e', script]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  assert.equal(stdout, 'false true\n', stderr)
})

const growing = `
import { getHeapSpaceStatistics } from 'node:v8'
import { afterStart, forSmallRun } from ${JSON.stringify(new URL('../../src/cli/short-run.ts', import.meta.url))}
const mb = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 2 ** 20
const keep = () => {
  for (let turn = 0; turn < 5; turn++) Array.from({ length: 200000 }, (_, at) => ({ at, text: [at] }))
  return mb()
}
forSmallRun()
const before = keep()
afterStart(process.versions.v8)
console.log(before <= 4, keep() > 4)
`

test('the space for new objects stays small during the start, and grows after it where much is kept', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', growing], {
    encoding: 'utf8',
  })
  assert.equal(stdout, 'true true\n', stderr)
})
