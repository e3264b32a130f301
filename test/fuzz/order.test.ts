import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { invoke } from '../cli/invoke.ts'
import { keysOfClouds } from '../keys/keys.ts'
import { shuffledFields } from './laws.ts'
import { createRandom } from './random.ts'
import { drawService } from './service.ts'
import { candidatesOf } from './values.ts'

const seed = Number(process.env['FUZZ_SEED'] ?? 1)

/** Where a problem stands moves with the text; everything else has to stay. */
const withoutLines = (text: string): string =>
  text.replaceAll(/<stdin>:\d+:\d+/g, '<stdin>').replaceAll(/"(?:line|column)": \d+,?/g, '')

/** A report as data: problems are told from the top of a file to its end, so their order is that of the file. */
function asData(json: string): unknown {
  const report = JSON.parse(withoutLines(json)) as { problems: readonly unknown[] }
  return { ...report, problems: report.problems.map((one) => JSON.stringify(one)).toSorted() }
}

for (const cloud of keysOfClouds) {
  const { name, annotations, classes } = cloud.blueprint
  test(`${name}: the same Services in any order, twice, are the same report (seed ${seed})`, async () => {
    const random = createRandom(seed)
    const source = { table: annotations, candidates: candidatesOf(cloud), classes }
    for (let round = 0; round < 8; round++) {
      const services = Array.from({ length: 12 }, (_, at) => {
        const { metadata, ...service } = drawService(source, random, at)
        return { ...service, metadata: { ...metadata, name: `svc-${at}` } }
      })
      const run = async (items: readonly unknown[], output: string): Promise<string> => {
        const stdin = items.map((item) => `---\n${stringify(item)}`).join('')
        const { out } = await invoke(['dry-run', '-', '--provider', name, '-o', output], { stdin })
        return out
      }
      const shuffled = random.shuffled(services.map((service) => shuffledFields(service, random)))
      assert.equal(await run(services, 'json'), await run(services, 'json'))
      assert.deepEqual(asData(await run(shuffled, 'json')), asData(await run(services, 'json')))
      assert.equal(withoutLines(await run(shuffled, 'tree')), withoutLines(await run(services, 'tree')))
    }
  })
}
