import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { installTools } from '../../../../src/sandbox/pods/tools/install.ts'
import { candidates, parseResolv } from '../../../../src/sandbox/pods/tools/resolver.ts'
import { curlLine, shellLine, wgetLine, type PodSide } from '../../../../src/sandbox/pods/tools/web-line.ts'

const text = 'search a.svc.cluster.local svc.cluster.local\nnameserver 127.7.192.10\noptions ndots:5\n'
const resolv = parseResolv(text)

test('a resolv.conf is read', () => {
  assert.deepEqual(resolv, {
    server: '127.7.192.10',
    search: ['a.svc.cluster.local', 'svc.cluster.local'],
    ndots: 5,
  })
  assert.equal(parseResolv('search x\n'), undefined)
})

const names: readonly { name: string; ndots: number; asked: readonly string[] }[] = [
  { name: 'web', ndots: 5, asked: ['web.a.svc.cluster.local', 'web.svc.cluster.local', 'web'] },
  { name: 'web.b', ndots: 1, asked: ['web.b', 'web.b.a.svc.cluster.local', 'web.b.svc.cluster.local'] },
  { name: 'web.', ndots: 5, asked: ['web'] },
]
for (const { name, ndots, asked } of names)
  test(`the search for ${name} with ndots ${ndots}`, () => {
    assert.ok(resolv)
    assert.deepEqual(candidates(name, { ...resolv, ndots }), asked)
  })

const addresses: Readonly<Record<string, string>> = { web: '127.7.192.5', 'web.a': '127.7.192.6' }
const side: PodSide = {
  address: '127.7.4.1',
  resolve: (host) => Promise.resolve(addresses[host]),
  path: (path) => path.replace('/etc/ssl/', '/pods/x/'),
}
const fromPod = ['curl', '--interface', '127.7.4.1']

const lines: readonly { name: string; args: readonly string[]; line: readonly string[] }[] = [
  {
    name: 'a name of the cluster',
    args: ['-k', 'https://web:8443/a?b'],
    line: [...fromPod, '--connect-to', 'web::127.7.192.5:', '-k', 'https://web:8443/a?b'],
  },
  {
    name: 'a bare host, and a user',
    args: ['u:p@web.a'],
    line: [...fromPod, '--connect-to', 'web.a::127.7.192.6:', 'u:p@web.a'],
  },
  { name: 'an address', args: ['http://127.7.4.9/'], line: [...fromPod, 'http://127.7.4.9/'] },
  { name: 'a name of nobody', args: ['nobody'], line: [...fromPod, 'nobody'] },
  {
    name: 'the pod itself',
    args: ['localhost:80'],
    line: [...fromPod, '--connect-to', 'localhost::127.7.4.1:', 'localhost:80'],
  },
  {
    name: 'files that are mounted',
    args: ['--cacert', '/etc/ssl/a', '--key=/etc/ssl/b', '-d', '@/etc/ssl/c', '-Ff=@/etc/ssl/d', '/tmp/e'],
    line: [
      ...fromPod,
      '--cacert',
      '/pods/x/a',
      '--key=/pods/x/b',
      '-d',
      '@/pods/x/c',
      '-Ff=@/pods/x/d',
      '/tmp/e',
    ],
  },
  { name: 'an address of its own', args: ['--interface', 'lo'], line: ['curl', '--interface', 'lo'] },
]
for (const { name, args, line } of lines)
  test(`curl in a pod: ${name}`, async () => assert.deepEqual(await curlLine('curl', args, side), line))

test('wget in a pod: the address in the URL, the name in a header', async () =>
  assert.deepEqual(await wgetLine('wget', ['-qO-', 'http://web:81/a'], side), [
    'wget',
    '--bind-address=127.7.4.1',
    '-qO-',
    '--header=Host: web:81',
    'http://127.7.192.5:81/a',
  ]))

test('a shell reads the words of its line as they were', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.string().filter((word) => !word.includes('\0')),
        { maxLength: 5 },
      ),
      (words) => {
        const line = shellLine(words)
        const back = line
          .match(/'(?:[^']|'\\'')*'/g)
          ?.map((word) => word.slice(1, -1).replaceAll("'\\''", "'"))
        assert.deepEqual(back ?? [], words)
      },
    ),
  ))

test('a launcher becomes what the program answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lb-tools-'))
  try {
    const node = join(folder, 'node')
    mkdirSync(join(folder, 'tools'))
    // In the place of Node: answers a line that shows what it was asked for, and the user's words.
    writeFileSync(node, `#!/bin/sh\necho "printf '%s|' $2 $3 '$4'"\n`)
    chmodSync(node, 0o755)
    installTools(join(folder, 'tools'), { node, program: 'main.js' })
    const said = execFileSync(join(folder, 'tools', 'curl'), ['two words'], { encoding: 'utf8' })
    assert.equal(said, 'pod-tool|curl|two words|')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('hostname is the name of the pod, and its address', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lb-tools-'))
  try {
    installTools(folder, { node: process.execPath, program: 'none' })
    const said = (...args: string[]) =>
      execFileSync(join(folder, 'hostname'), args, {
        env: { HOSTNAME: 'web-0', POD_IP: '127.7.4.1', PATH: process.env['PATH'] },
        encoding: 'utf8',
      })
    assert.deepEqual([said(), said('-i')], ['web-0\n', '127.7.4.1\n'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
