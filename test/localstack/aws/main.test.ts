import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../../localstack/aws/main.ts', import.meta.url))

test('aws: started by hand it tells its address and ends on SIGTERM', async () => {
  const child = spawn(process.execPath, [main, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    const url = /^AWS_ENDPOINT_URL=(http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1]
    const answer = await fetch(`${url}/_/dump`)
    assert.deepEqual(Object.keys(((await answer.json()) as { vpcs: object }).vpcs), ['vpc-0a1'])
  } finally {
    child.kill('SIGTERM')
    assert.deepEqual(await ended, [0, null])
  }
})
