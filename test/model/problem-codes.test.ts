import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { codeAreas, explain, problemCodes } from '../../src/model/problem-codes.ts'

const root = join(import.meta.dirname, '../..')
const isTable = (path: string): boolean => /src\/model\/codes-/.test(path)
const sources = globSync('{src,providers}/**/*.ts', { cwd: root }).filter((path) => !isTable(path))

/** Codes in quotes, but for names of environment variables. */
const used = new Map<string, string>()
for (const path of sources)
  for (const [, code = ''] of readFileSync(join(root, path), 'utf8').matchAll(/['"`](LB_[A-Z0-9_]+)['"`]/g))
    if (!code.startsWith('LB_CONTROLLER_')) used.set(code, path)

test('problem codes: each code that is used is explained', () => {
  const missing = [...used].filter(([code]) => !(code in problemCodes))
  assert.deepEqual(missing, [])
})

test('problem codes: each code that is explained is used', () => {
  assert.deepEqual(
    Object.keys(problemCodes).filter((code) => !used.has(code)),
    [],
  )
})

test('problem codes: no code is in two areas, and each says something', () => {
  const all = codeAreas.flatMap(({ codes }) => Object.keys(codes))
  assert.equal(new Set(all).size, all.length)
  for (const [code, { title, happened, meanwhile, mend }] of Object.entries(problemCodes)) {
    assert.match(title, /^[A-Z].*[^.]$/, code)
    for (const text of [happened, meanwhile, mend]) assert.match(text, /[.?]$/, code)
  }
})

test('problem codes: explain', () => {
  assert.match(explain('LB_NO_PORTS') ?? '', /^LB_NO_PORTS: The Service has no ports\n\n.*\n\nMeanwhile: /)
  assert.equal(explain('LB_NONSENSE'), undefined)
  assert.equal(explain('toString'), undefined)
})
