/**
 * Holds our code against what the peers' own tests expect: `npm run vectors [-- FOLDER] [--cloud gcp] [--verbose]`.
 * The folder is `LB_CONTROLLER_VECTORS`, else ../shared/vectors beside the project. Without it everything is skipped,
 * loudly. Exit 1 below the bar.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { aws } from './aws/index.ts'
import { azure } from './azure/index.ts'
import { gcp } from './gcp/index.ts'
import { openstack } from './openstack/index.ts'
import { proxy } from './proxy/index.ts'
import { readVectors } from './read.ts'
import type { CloudVectors, Graded, Vector, VectorFile } from './vector.ts'

const bar = 0.95

interface Score {
  readonly file: string
  readonly graded: Graded
  readonly all: number
  readonly equal: number
  readonly listed: number
  readonly different: readonly string[]
}

function differencesOf(cloud: CloudVectors, one: Vector, file: VectorFile): readonly string[] {
  const compare = cloud.compare(one, file)
  if (compare === undefined) return [`no comparison for ${one.operation ?? one.source.test}`]
  try {
    return compare(one, file)
  } catch (thrown) {
    return [`threw ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`]
  }
}

const shows = ({ pitfalls = [] }: CloudVectors, one: Vector): boolean =>
  pitfalls.some(({ shownBy }) => shownBy(one))

function scoreOf(cloud: CloudVectors, file: VectorFile): Score {
  let equal = 0
  let listed = 0
  const different: string[] = []
  for (const one of file.cases) {
    const differences = differencesOf(cloud, one, file)
    if (differences.length === 0) equal++
    else if (`${file.name}: ${one.name}` in cloud.listed || shows(cloud, one)) listed++
    else
      different.push(
        `  ${one.name} (${one.operation ?? one.source.test})\n${differences.map((text) => `      ${text}`).join('\n')}`,
      )
  }
  return {
    file: file.name,
    graded: cloud.graded(file.name),
    all: file.cases.length,
    equal,
    listed,
    different,
  }
}

const percent = (part: number, all: number): string =>
  `${all === 0 ? 100 : Math.floor((1000 * part) / all) / 10} %`

function main(): number {
  const { values, positionals } = parseArgs({
    options: { cloud: { type: 'string' }, verbose: { type: 'boolean' } },
    allowPositionals: true,
  })
  const root =
    positionals[0] ??
    process.env['LB_CONTROLLER_VECTORS'] ??
    join(import.meta.dirname, '../../../shared/vectors')
  if (!existsSync(root)) {
    console.log(`SKIPPED: there is no folder of vectors at ${root}; LB_CONTROLLER_VECTORS names another one`)
    return 0
  }
  const clouds = [aws, gcp, azure, openstack, proxy].filter(({ cloud }) => (values.cloud ?? cloud) === cloud)
  const scores = clouds.flatMap((cloud) => readVectors(root, cloud.cloud).map((file) => scoreOf(cloud, file)))
  for (const { file, graded, all, equal, listed, different } of scores) {
    const apart = listed === 0 ? '' : `, ${listed} differ on purpose`
    console.log(
      `${file.padEnd(36)} ${String(equal).padStart(4)} of ${String(all).padEnd(4)} ${percent(equal, all).padStart(7)}  ${graded}${apart}`,
    )
    if (values.verbose === true) for (const text of different) console.log(text)
  }
  for (const graded of ['objects', 'naming', 'helpers', 'proxy'] as const) {
    const of = scores.filter((score) => score.graded === graded)
    const sum = (pick: (score: Score) => number): number =>
      of.reduce((total, score) => total + pick(score), 0)
    console.log(
      `${`all ${graded}`.padEnd(36)} ${String(sum((one) => one.equal)).padStart(4)} of ${String(sum((one) => one.all)).padEnd(4)} ${percent(
        sum((one) => one.equal),
        sum((one) => one.all),
      ).padStart(7)}`,
    )
  }
  if (scores.some(({ graded, equal, all }) => graded === 'proxy' && equal < all)) {
    console.log('the node proxy decides otherwise in some cases')
    return 1
  }
  const objects = scores.filter(({ graded }) => graded === 'objects')
  const total = (pick: (score: Score) => number): number => objects.reduce((sum, one) => sum + pick(one), 0)
  if (total(({ equal }) => equal) >= bar * total(({ all }) => all)) return 0
  console.log(`below the bar of ${100 * bar} % of the cases on objects`)
  return 1
}

process.exitCode = main()
