import { spawnSync } from 'node:child_process'
import { basename } from 'node:path'
import type { Bundle } from '../scripts/build.ts'

// Node calls this for each module that it loads, whoever imports it and whenever.
const hook = `
import { registerHooks } from 'node:module'
import { writeSync } from 'node:fs'
registerHooks({ load(url, context, next) { writeSync(3, url + '\\n'); return next(url, context) } })`

/** The files of our own that a run of `script` loads. */
export function loadedModules(script: string, args: readonly string[]): readonly string[] {
  const { output, status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, script, ...args],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  )
  if (status !== 0) throw new Error(`${script} ended with ${String(status)}: ${stderr}`)
  return (output[3] ?? '').split('\n').filter((url) => url.startsWith('file:'))
}

/** The packages in `node_modules` whose code is in the loaded files of a bundle. */
export function packagesIn(loaded: readonly string[], bundle: Bundle): ReadonlySet<string> {
  const packages = new Set<string>()
  for (const url of loaded)
    for (const source of bundle[basename(url)] ?? []) {
      const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source) ?? []
      if (name !== undefined) packages.add(name)
    }
  return packages
}

export const isHeavy = (name: string): boolean => /^(@aws-sdk|@smithy|@kubernetes)\//.test(name)
