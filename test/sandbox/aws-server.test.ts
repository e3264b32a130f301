import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parsePools } from '../../providers/local/server/pools.ts'
import { silentLog } from '../../src/observe/log.ts'
import { keyPath } from '../../src/sandbox/aws-paths.ts'
import { startAwsServer } from '../../src/sandbox/aws-server.ts'
import { askControl } from '../../src/sandbox/control.ts'

test('the AWS of a sandbox answers on its port only who has the key that it was told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'aws-server-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const pools = parsePools(['aws=127.0.0.1'])
  assert.ok(pools.ok)
  const socket = join(folder, 's')
  const server = await startAwsServer({
    host: '127.0.0.1',
    port: 0,
    socket,
    clusterName: 'x',
    vpcRange: '127.0.0.0/8',
    pool: pools.value[0]!,
    log: silentLog,
  })
  t.after(() => server.close(0))
  const status = async (key: string, path = '') => {
    const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${key}/x` }
    const body = 'Action=DescribeVpcs&Version=2016-11-15'
    return (await fetch(server.url + path, { method: 'POST', headers, body })).status
  }
  await assert.rejects(status('mine'))
  await askControl(socket, `POST ${keyPath}`, { accessKeyId: 'mine' })
  assert.deepEqual([await status('mine'), await status('other'), await status('')], [200, 403, 403])
  for (const path of ['/_/switches', '/_/instances', keyPath])
    assert.equal(await status('mine', path), 404, path)
  assert.equal((await fetch(`${server.url}/healthz`)).status, 403)
  assert.deepEqual(await askControl(socket, 'GET /_/names'), {})
})
