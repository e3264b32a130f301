import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { matchesGolden } from './golden.ts'
import { invoke } from './invoke.ts'

const folder = 'manifests/examples'

for (const file of readdirSync(folder).toSorted())
  test(`manifests/examples/${file} plans cleanly on aws`, async () => {
    const { code, out, err } = await invoke([
      'dry-run',
      '--provider',
      'aws',
      '--fail-on',
      'warning',
      `${folder}/${file}`,
    ])
    assert.doesNotMatch(err, / (error|warning): /)
    assert.equal(code, 0)
    matchesGolden(`examples/${file.replace(/\.yaml$/, '')}`, `${out}--- stderr\n${err}`)
  })
