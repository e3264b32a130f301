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
  const expected = readFileSync(file, 'utf8')
  if (actual === expected) return
  const [was, is] = [expected.split('\n'), actual.split('\n')]
  const at = was.findIndex((line, row) => line !== is[row])
  assert.fail(
    `${name}.txt:${at + 1} differs (UPDATE=1 rewrites it)\n- ${was[at] ?? '(end)'}\n+ ${is[at] ?? '(end)'}`,
  )
}
