import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { invoke } from '../cli/invoke.ts'
import { type Feature, features, folder, goldenOf, notSupported, words } from './features.ts'

for (const feature of features)
  for (const cloud of Object.keys(words))
    test(`${feature.title}: on ${cloud}`, async () => {
      const [actual, golden] = [await plan(feature, cloud), goldenOf(feature.name, cloud)]
      if (process.env['UPDATE'] === '1') writeFileSync(golden, actual)
      else
        assert.equal(actual, existsSync(golden) ? readFileSync(golden, 'utf8') : '', 'UPDATE=1 rewrites it')
    })

/** What dry-run says, with everything given that it may ask for. A Service that gets no plan is spelled out. */
async function plan({ text }: Feature, cloud: string): Promise<string> {
  const stdin = Object.entries(words[cloud] ?? {}).reduce(
    (all, [word, value]) => all.replaceAll(word, value),
    text,
  )
  const world = (what: string): string => join(folder, 'world', `${what}-${cloud}.yaml`)
  const facts = existsSync(world('facts')) ? ['--facts', world('facts')] : []
  const args = ['dry-run', '-', '--provider', cloud, '--nodes', world('nodes'), ...facts]
  const { out, err, code } = await invoke(args, { stdin })
  const [, why = '', sentence = ''] = /^\S+ (LB_\w+) error: (.*)$/m.exec(err) ?? []
  const planned = /^ {2}[+~] /m.test(out) || code === 0
  const word = why.endsWith('_INVALID') ? 'REFUSED: ' : notSupported
  const head = planned ? '' : `${word}${why} ${sentence}\n\n`
  return `${head}${out}--- stderr\n${err}`
}
