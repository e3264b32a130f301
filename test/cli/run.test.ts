import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startServer } from '../../localstack/kubernetes/server.ts'
import { invoke } from './invoke.ts'

async function withCluster(use: (kubeconfig: string) => Promise<void>): Promise<void> {
  const cluster = await startServer()
  const folder = mkdtempSync(join(tmpdir(), 'lb-run-'))
  try {
    writeFileSync(join(folder, 'config'), cluster.kubeconfig())
    await use(join(folder, 'config'))
  } finally {
    await cluster.close()
    rmSync(folder, { recursive: true })
  }
}

test('run without a provider says how to name one', async () => {
  const { code, err } = await invoke(['run'])
  assert.equal(code, 1)
  assert.match(err, /no provider is given: say --provider aws/)
})

test('run with a kubeconfig that is not there says so in a line', async () => {
  const { code, err } = await invoke(['run', '--provider', 'aws', '--kubeconfig', 'no/such/file'])
  assert.equal(code, 1)
  assert.match(err, /the cluster cannot be reached: .*no\/such\/file/)
  assert.equal(err.trimEnd().split('\n').length, 1, err)
})

test('without any kubeconfig, run and status say how to name one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lb-home-'))
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  try {
    for (const args of [
      ['run', '--provider', 'aws'],
      ['status', 'svc/web'],
    ]) {
      const ended = spawnSync(process.execPath, [main, ...args], {
        env: { HOME: folder, PATH: '' },
        encoding: 'utf8',
      })
      assert.equal(ended.status, 1, ended.stderr)
      assert.match(ended.stderr, /no kubeconfig was found: set KUBECONFIG, say --kubeconfig FILE/)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('run with a provider that is not there yet names those that are', async () => {
  await withCluster(async (kubeconfig) => {
    const { code, err } = await invoke(['run', '--provider', 'gcp', '--kubeconfig', kubeconfig])
    assert.equal(code, 1)
    assert.match(err, /LB_PROVIDER_UNKNOWN .*gcp can be planned, with dry-run, but not run yet/)
    assert.match(err, /accepted: aws/)
  })
})

test('run on an address that is taken names the flag that changes it', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const address = `127.0.0.1:${(other.address() as AddressInfo).port}`
  try {
    await withCluster(async (kubeconfig) => {
      const args = [
        'run',
        '--provider',
        'aws',
        '--aws-region',
        'us-east-1',
        '--kubeconfig',
        kubeconfig,
        '--http-address',
        address,
      ]
      const { code, err } = await invoke(args)
      assert.equal(code, 1)
      assert.match(err, new RegExp(`${address} cannot be served: .*EADDRINUSE`))
      assert.match(err, /--http-address/)
    })
  } finally {
    await new Promise((resolve) => other.close(resolve))
  }
})
