import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, type Bundle } from '../../scripts/build.ts'

export interface Built {
  /** Removed when the process ends. */
  readonly folder: string
  readonly main: string
  readonly bundle: Bundle
}

/** A folder of its own for one test; it goes with the process. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lb-build-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

let built: Promise<Built> | undefined

/** The bundle, built once for all tests, in a folder that holds nothing else of ours. */
export function builtOnce(): Promise<Built> {
  built ??= (async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    const bundle = await build(join(folder, 'dist'))
    return { folder, main: join(folder, 'dist/main.js'), bundle }
  })()
  return built
}
