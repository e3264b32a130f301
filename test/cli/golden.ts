import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Compares with a file that people can read; `UPDATE=1` writes it anew. */
export function matchesGolden(name: string, actual: string): void {
  const file = fileURLToPath(new URL(`golden/${name}.txt`, import.meta.url))
  if (process.env['UPDATE'] === '1') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, actual)
    return
  }
  assert.equal(actual, readFileSync(file, 'utf8'), `${name}.txt differs; UPDATE=1 rewrites it`)
}
