/** What a sandbox of the built program loads: an idle one must be small. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { isHeavy, packagesIn } from '../../../bench/loaded-modules.ts'
import { builtOnce } from '../../build/bundle.ts'
import { homeOf, stateDir } from './home.ts'

/** Notes each module that any process of it loads, whoever imports it and whenever. */
const hookTo = (file: string) => `
import { registerHooks } from 'node:module'
import { appendFileSync } from 'node:fs'
const note = (url) => appendFileSync(${JSON.stringify(file)}, process.pid + ' ' + url + '\\n')
registerHooks({ load(url, context, next) { note(url); return next(url, context) } })`

test('an idle sandbox loads no SDK, no client of a cluster and no logger or metrics, its balancer next to nothing', async (t) => {
  const home = homeOf(t)
  const { main, bundle } = await builtOnce()
  const file = join(home.path, 'loaded')
  const hook = `data:text/javascript,${encodeURIComponent(hookTo(file))}`
  const words = ['sandbox', '--base', '68', '--page-port', '0', '--state-dir', stateDir(home)]
  const child = spawn(process.execPath, ['--import', hook, main, ...words], {
    env: home.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  for await (const piece of child.stdout as AsyncIterable<Buffer>) if (piece.includes('curl')) break
  child.kill('SIGTERM')
  await ended

  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const packagesOf = (own: boolean) =>
    packagesIn(
      lines.flatMap((line) => {
        const [pid, url = ''] = line.split(' ')
        return (Number(pid) === child.pid) === own && basename(url) in bundle ? [url] : []
      }),
      bundle,
    )
  const [sandbox, balancer] = [packagesOf(true), packagesOf(false)]
  assert.ok(sandbox.has('undici'), 'what is loaded is seen')
  assert.deepEqual(
    [...sandbox].filter((name) => isHeavy(name) || ['pino', 'prom-client', 'ws'].includes(name)),
    [],
  )
  assert.deepEqual([...balancer].toSorted(), ['commander', 'ipaddr.js', 'valibot'])
})
