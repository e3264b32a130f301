import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { build } from '../../scripts/build.ts'
import { temporaryFolder } from './bundle.ts'
import { oldNode } from './old-node.ts'

/** A clone with these entries of the project, and of the packages those that are named. */
function clone(entries: readonly string[], packages: readonly string[] = []): string {
  const folder = temporaryFolder()
  for (const entry of entries) cpSync(entry, join(folder, entry), { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  for (const name of packages)
    symlinkSync(join(process.cwd(), 'node_modules', name), join(folder, 'node_modules', name))
  return folder
}

const run = (cwd: string, command: string, args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  return { status, out: stdout, err: stderr }
}

test('npx lb-controller works in a clone', async () => {
  if (!existsSync('dist/main.js')) await build()
  const { status, out } = run(process.cwd(), 'npx', ['--no', 'lb-controller', '--version'])
  assert.equal(status, 0)
  assert.match(out, /^\d+\.\d+\.\d+\n$/)
})

test('without a bundle, as "npm ci --ignore-scripts" leaves it, npx gets one line that says what to do', () => {
  const { status, err } = run(clone(['bin']), process.execPath, ['bin/lb-controller.mjs', '--version'])
  assert.equal(status, 1)
  assert.equal(
    err,
    'lb-controller: dist/ is not built: run "npm ci" without --ignore-scripts, or "npm rebuild node esbuild && npm run build"\n',
  )
})

test('without a Node of its own, npm test gets one line that says what to do', () => {
  const { command, args, version } = oldNode()
  const { status, err } = run(clone(['scripts'], ['yaml']), command, [...args, 'scripts/ready.mjs'])
  assert.equal(status, 1)
  assert.equal(
    err,
    `lb-controller: Node >= 22.19 is needed and this is ${version}: run "npm ci" without --ignore-scripts, or "npm rebuild node esbuild", to get the project's own\n`,
  )
})

test('before npm ci, npm test gets one line that says what to do', () => {
  const { status, err } = run(clone(['scripts']), process.execPath, ['scripts/ready.mjs'])
  assert.equal(status, 1)
  assert.equal(err, 'lb-controller: dependencies are not installed: run "npm ci"\n')
})

test('a production install, which has no esbuild, goes on with one line', () => {
  const { status, out, err } = run(clone(['scripts']), process.execPath, ['scripts/prepare.mjs'])
  assert.deepEqual(
    { status, out, err },
    {
      status: 0,
      out: 'lb-controller: dist/ was not built: esbuild is not installed (a production install leaves it out)\n',
      err: '',
    },
  )
})

test('prepare on an old Node goes on with one line', () => {
  const { command, args } = oldNode()
  const { status, out, err } = run(clone(['scripts'], ['esbuild']), command, [...args, 'scripts/prepare.mjs'])
  assert.equal(status, 0)
  assert.match(
    out,
    /^lb-controller: dist\/ was not built: Node >= 22\.19 is needed .*"npm rebuild node esbuild && npm run build"\n$/,
  )
  assert.equal(err, '')
})
