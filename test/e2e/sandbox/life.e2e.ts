/** How sandboxes begin and end: by the built program, and a user's kubectl and curl. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { SandboxState } from '../../../src/sandbox/facts.ts'
import { homeOf, stateDir } from './home.ts'
import { kubectlProgram, withoutKubectl } from './sandbox-stage.ts'
import { listeningAt, processesWith, within } from './traces.ts'

const base = 61

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`${signal} leaves no process, no port and no file but the log`, async (t) => {
    const home = homeOf(t)
    const { child, ended } = await home.start('--base', String(base))
    assert.ok(listeningAt(base).includes(`127.${base}.0.1:6443`))
    assert.equal(processesWith(stateDir(home)).length, 2)
    child.kill(signal)
    assert.deepEqual(await ended, [0, null])
    assert.deepEqual(processesWith(stateDir(home)), [])
    assert.deepEqual(listeningAt(base), [])
    assert.deepEqual(readdirSync(stateDir(home)), ['log'])
  })

test('after SIGKILL the balancer ends by itself, and the next start tidies up', async (t) => {
  const home = homeOf(t)
  const first = await home.start('--base', String(base))
  first.child.kill('SIGKILL')
  await first.ended
  assert.ok(await within(20_000, () => processesWith(stateDir(home)).length === 0))
  assert.deepEqual(listeningAt(base), [])
  const told = await home.run('status', '--state-dir', stateDir(home))
  assert.deepEqual([told.code, told.out], [1, ''])
  const second = await home.start('--base', String(base))
  second.child.kill('SIGINT')
  await second.ended
  assert.deepEqual(readdirSync(stateDir(home)), ['log'])
})

test('--detach returns when it is ready, status tells, stop waits; a second one goes beside it', async (t) => {
  const home = homeOf(t)
  const one = await home.run('--detach', '--page-port', 'off')
  assert.deepEqual([one.code, one.err], [0, ''])
  const again = await home.run('--detach')
  assert.equal(again.code, 1)
  assert.match(again.err, /a sandbox runs in .* already: process \d+, since /)
  assert.match(again.err, /hint: end it with "lb-controller sandbox stop", or .*--name OTHER/)
  const two = await home.run('--detach', '--page-port', 'off', '--name', 'two', '--nodes', '1')
  assert.deepEqual([two.code, two.err], [0, ''])

  const states = await Promise.all(
    ['default', 'two'].map(async (name) => {
      const { out } = await home.run('status', '--name', name, '-o', 'json')
      return JSON.parse(out) as SandboxState
    }),
  )
  const [first, second] = states
  assert.notEqual(first?.layout.base, second?.layout.base)
  assert.deepEqual(
    states.map(({ nodes, lacks }) => [nodes.map(({ status }) => status), lacks]),
    [
      [['Ready', 'Ready', 'Ready'], []],
      [['Ready'], []],
    ],
  )
  for (const { kubeconfig, folder } of states) {
    assert.equal(statSync(kubeconfig).mode & 0o777, 0o600)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
  }
  assert.ok(!existsSync(join(home.path, '.kube')))
  for (const name of ['default', 'two']) {
    const { out } = await home.run('stop', '--name', name)
    assert.equal(out, `the sandbox ${name} has ended\n`)
  }
  assert.deepEqual(processesWith(home.path), [])
})

interface Mistake {
  readonly name: string
  readonly args: readonly string[]
  readonly says: RegExp
}

const mistakes: readonly Mistake[] = [
  { name: 'no nodes', args: ['--nodes', '0'], says: /Accepted: a whole number from 1 to 40\./ },
  { name: 'nodes in words', args: ['--nodes', 'three'], says: /Accepted: a whole number from 1 to 40\./ },
  { name: 'an unknown flag', args: ['--node', '3'], says: /Did you mean --nodes\?/ },
  { name: 'an unknown provider', args: ['--provider', 'gcp'], says: /Accepted: local, aws\./ },
  { name: 'a name that is a path', args: ['--name', '../x'], says: /Accepted: up to 32 small letters/ },
  { name: 'a file that is not there', args: ['--file', 'no.yaml'], says: /no\.yaml LB_FILE_MISSING error: / },
  {
    name: 'a folder with too long a path',
    args: ['--state-dir', `/tmp/${'x'.repeat(99)}`],
    says: /bytes too long/,
  },
  { name: 'nothing to stop', args: ['stop'], says: /no sandbox of the name default runs/ },
]

for (const { name, args, says } of mistakes)
  test(`${name}: exit code 1, what is accepted, and nothing is started`, async (t) => {
    const home = homeOf(t)
    const { code, out, err } = await home.run(...args)
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, says)
    assert.deepEqual(processesWith(home.path), [])
  })

test('a file with a mistake is told with its line before anything is started', async (t) => {
  const home = homeOf(t)
  const file = join(home.path, 'a.yaml')
  writeFileSync(file, 'apiVersion: v1\nkind: Sevice\nmetadata:\n  name: web\n')
  const { code, err } = await home.run('--file', file)
  assert.equal(code, 1)
  assert.match(err, /a\.yaml:2:1 LB_SANDBOX_KIND error: the sandbox serves no Sevice of "v1"/)
  assert.match(err, /hint: did you mean Service\?/)
})

test('a port in use is told with the base it belongs to', async (t) => {
  const home = homeOf(t)
  const other = createServer().listen(6443, `127.${base}.0.1`)
  await once(other, 'listening')
  t.after(() => other.close())
  const { code, err } = await home.run('--base', String(base))
  assert.equal(code, 1)
  assert.match(err, new RegExp(`127\\.${base}\\.0\\.1:6443 is in use, so the base ${base} is not free`))
})

test(
  'manifests of --file serve when it is ready; kubectl apply, curl, delete',
  { skip: withoutKubectl },
  async (t) => {
    const home = homeOf(t)
    const run = promisify(execFile)
    const manifest = fileURLToPath(new URL('clients.yaml', import.meta.url))
    const started = await home.run(
      '--detach',
      '--base',
      String(base),
      '--page-port',
      'off',
      '--file',
      manifest,
    )
    assert.deepEqual([started.code, started.err], [0, ''])
    const kubeconfig = join(home.path, '.local/state/lb-controller/sandbox/default/kubeconfig')
    const kubectl = async (...args: string[]) =>
      (await run(kubectlProgram ?? '', args, { env: { ...home.env, KUBECONFIG: kubeconfig } })).stdout
    const addressOf = (service: string) =>
      kubectl('get', 'svc', service, '-o', 'jsonpath={.status.loadBalancer.ingress[0].ip}')
    const curl = async (address: string) =>
      (await run('curl', ['-sS', '--max-time', '20', '--interface', '127.9.9.9', `http://${address}`])).stdout

    const local = await curl(await addressOf('by-client'))
    assert.match(local, /^pod: echo-/m)
    assert.match(local, /^node: node-\d$/m)
    assert.match(local, /^client: 127\.9\.9\.9:/m)
    assert.match(
      await curl(await addressOf('by-node')),
      new RegExp(`^client: 127\\.${base}\\.0\\.1\\d:`, 'm'),
    )

    const gone = await addressOf('by-node')
    await kubectl('delete', '-f', manifest, '--timeout=120s')
    await assert.rejects(curl(gone), /Couldn't connect|Failed to connect|Connection refused/)
    assert.equal((await home.run('stop')).code, 0)
    assert.deepEqual(listeningAt(base), [])
  },
)
