import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { providers } from '../../src/provider/names.ts'
import { matchesGolden } from './golden.ts'
import { invoke } from './invoke.ts'

const folder = 'manifests/examples'

/** Those that name no cloud are for AWS, which they can be run on; those in `portable` are for all. */
const examples = readdirSync(folder, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
  .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(folder.length + 1))
  .toSorted()
  .flatMap((file) => cloudsOf(file).map((cloud) => ({ file, cloud })))

function cloudsOf(file: string): readonly string[] {
  const [first = ''] = file.split('/')
  if (first === 'portable') return providers
  return [providers.includes(first) ? first : 'aws']
}

for (const { file, cloud } of examples)
  test(`manifests/examples/${file} plans cleanly on ${cloud}`, async () => {
    const args = ['dry-run', '--provider', cloud, '--fail-on', 'warning', `${folder}/${file}`]
    const { code, out, err } = await invoke(args)
    assert.doesNotMatch(err, / (error|warning): /)
    assert.equal(code, 0)
    const at = file.startsWith('portable/') ? `portable/${cloud}${file.slice(8)}` : file
    matchesGolden(`examples/${at.replace(/\.yaml$/, '')}`, `${out}--- stderr\n${err}`)
  })
