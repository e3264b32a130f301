import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { mountMeans, type Mounter, type MountMeans } from '../../../../src/sandbox/pods/mounts/means.ts'
import type { MountWish } from '../../../../src/sandbox/pods/mounts/mount-tree.ts'
import { mountView } from '../../../../src/sandbox/pods/mounts/mount-view.ts'
import { probeMounts } from '../../../../src/sandbox/pods/mounts/probe.ts'
import { whyNoMounts } from './why-no-mounts.ts'

const own = mountMeans()
const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

/** How it is mounted. Root can do it as any other user would, too. */
const ways: readonly { readonly name: string; readonly mounter: Mounter }[] = [
  ...(me.uid === 0 ? [{ name: 'as root', mounter: 'root' as const }] : []),
  { name: 'in a namespace of users', mounter: me },
]

/** Runs a line of sh in a container with these mounts; their sources are folders and files within `at`. */
async function inside(
  t: TestContext,
  means: MountMeans,
  wishes: (at: string) => readonly MountWish[],
  line: string,
  cwd = '/',
) {
  const at = mkdtempSync(join(tmpdir(), 'mount view-'))
  t.after(() => rmSync(at, { recursive: true }))
  mkdirSync(join(at, 'set'))
  mkdirSync(join(at, 'empty'))
  writeFileSync(join(at, 'set', 'a.txt'), 'from the volume\n')
  for (const path of [at, join(at, 'set'), join(at, 'empty')]) chmodSync(path, 0o755)
  const view = mountView({ means, wishes: wishes(at), folder: join(at, 'mounts'), hostname: 'web-1' })
  assert.ok(view.ok, view.ok ? '' : view.error)
  t.after(() => view.value.close())
  const [file = '', ...args] = await view.value.begin(['sh', '-c', line], cwd)
  const { stdout, stderr, status } = spawnSync(file, args, { cwd: '/', encoding: 'utf8' })
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
  assert.ok(!mounts.includes(basename(at).replace(' ', '\\040')), 'nothing is mounted outside')
  return { at, out: stdout, err: stderr, status, view: view.value }
}

const set = (at: string, to: string, more = {}): MountWish => ({
  at: to,
  source: join(at, 'set'),
  kind: 'folder',
  ...more,
})

for (const { name, mounter } of ways) {
  const skip = whyNoMounts(mounter === 'root' ? 'root' : 'user')
  const begin = async (t: TestContext, ...rest: [(at: string) => readonly MountWish[], string, string?]) => {
    assert.ok(typeof own !== 'string')
    return inside(t, { ...own, mounter }, ...rest)
  }

  test(`mounts ${name}: where there is a place, as itself, with a name of its own`, { skip }, async (t) => {
    const told = await begin(
      t,
      (at) => [{ at: '/etc/hosts', source: join(at, 'set', 'a.txt'), kind: 'file' }],
      'cat /etc/hosts; id -u; uname -n; pwd; ls -A /etc | wc -l',
      '/etc',
    )
    assert.equal(told.out, `from the volume\n${me.uid}\nweb-1\n/etc\n${readdirSync('/etc').length}\n`)
    assert.doesNotMatch(readFileSync('/etc/hosts', 'utf8'), /from the volume/)
  })

  test(`mounts ${name}: below folders that lack them, read-only, and at the root`, async (t) => {
    const paths = ['/etc/no-such/conf', '/no-such-folder/of/this machine', '/var/run/secrets/no-such']
    const told = await begin(
      t,
      (at) => [
        ...paths.map((path) => set(at, path, { readOnly: true })),
        { at: '/no-such-data', source: join(at, 'empty'), kind: 'folder', own: true },
      ],
      `cat '${paths.join("/a.txt' '")}/a.txt'; touch ${paths[0]}/b; echo x > /no-such-data/x; test -e /etc/passwd; echo $?; head -c1 /dev/zero | wc -c; exit 7`,
      '/no-such-data',
    )
    assert.equal(told.out, `${'from the volume\n'.repeat(3)}0\n1\n`)
    assert.match(told.err, /read-only file system/i)
    assert.equal(told.status, 7)
    assert.equal(readFileSync(join(told.at, 'empty', 'x'), 'utf8'), 'x\n')
    assert.deepEqual(readdirSync(join(told.at, 'set')), ['a.txt'])
    for (const folder of ['/etc/no-such', '/no-such-folder', '/no-such-data'])
      assert.throws(() => readdirSync(folder), { code: 'ENOENT' }, 'this machine has nothing new')
  })
}

test('a program is looked for in what a container sees', (t) => {
  if (typeof own === 'string') return t.skip(own)
  const at = mkdtempSync(join(tmpdir(), 'view-'))
  t.after(() => rmSync(at, { recursive: true }))
  mkdirSync(join(at, 'set'))
  writeFileSync(join(at, 'set', 'run'), '#!/bin/sh\n', { mode: 0o755 })
  writeFileSync(join(at, 'set', 'text'), '')
  const wishes: readonly MountWish[] = [{ at: '/app', source: join(at, 'set'), kind: 'folder' }]
  const view = mountView({ means: own, wishes, folder: join(at, 'mounts'), hostname: 'a' })
  assert.ok(view.ok)
  const hasProgram: typeof view.value.hasProgram = (...asked) => view.value.hasProgram(...asked)
  const found = [
    hasProgram('/app/run', '', '/'),
    hasProgram('./run', '', '/app'),
    hasProgram('run', '/none:/app', '/'),
    hasProgram('sh', '/usr/bin:/bin', '/'),
    hasProgram('run', '/usr/bin:/bin', '/'),
    hasProgram('/app/text', '', '/'),
    hasProgram('/app', '', '/'),
  ]
  assert.deepEqual(found, [true, true, true, true, false, false, false])
})

test('what is tried at the start comes to the same, and leaves nothing behind', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'probe-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const probed = await probeMounts(folder)
  assert.equal(typeof probed === 'string', whyNoMounts() !== false, JSON.stringify(probed))
  assert.deepEqual(readdirSync(folder), [])
  assert.match(
    JSON.stringify(await probeMounts('/dev/null/x')),
    /^"this system does not let us mount: ENOTDIR/,
  )
})
