import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from '../src/model/annotations.ts'
import { indexOf } from '../src/model/table-index.ts'
import { goldenName, keysOfClouds } from '../test/keys/keys.ts'
import type { CloudKeys } from '../test/keys/key-case.ts'
import { clouds } from './clouds.ts'
import { cell, code, table, written } from './markdown.ts'

/** Every key of every cloud: what becomes of it, and the plan that shows it. */
export function keysPage(root: string): string {
  return [
    written('the tables of all clouds and test/keys'),
    '',
    '# Every key, and what shows that it works',
    '',
    'A key is *implemented* when the plan with it differs from the plan without it; the last column leads to that difference,',
    'which a test keeps true. *Ignored* keys say why in the page of their cloud, *refused* ones stop the Service. *Bookkeeping*',
    'is what other controllers write for themselves; it asks for nothing and is not counted as a key.',
    '',
    ...table(
      ['Cloud', 'Keys', 'Implemented', 'Ignored', 'Refused', 'Bookkeeping', 'Implemented share'],
      keysOfClouds.map(countsOf),
    ),
    '',
    ...keysOfClouds.flatMap((keys) => sectionOf(keys, root)),
  ].join('\n')
}

const titleOf = ({ blueprint }: CloudKeys): string =>
  clouds.find((one) => one.blueprint.name === blueprint.name)?.title ?? blueprint.name

/** The cloud's own keys: portable ones have a page of their own. */
const rowsOf = ({ blueprint }: CloudKeys) =>
  Object.entries(blueprint.annotations)
    .filter(([, { key }]) => !key.startsWith('lb-controller.io/'))
    .toSorted(([, a], [, b]) => (a.key < b.key ? -1 : 1))

function countsOf(keys: CloudKeys): readonly string[] {
  const all = rowsOf(keys)
  const rows = all.filter(([, { verdict }]) => !isBookkeeping(verdict))
  const count = (is: string): number => rows.filter(([, { verdict }]) => verdict.is === is).length
  const share = Math.round((100 * count('implemented')) / rows.length)
  const numbers = [
    rows.length,
    count('implemented'),
    count('ignored'),
    count('refused'),
    all.length - rows.length,
  ]
  return [titleOf(keys), ...numbers.map(String), `${share} %`]
}

/** What another controller writes, or reads for something else than load balancers: nobody asks for anything by it. */
const isBookkeeping = (verdict: Verdict): boolean => 'harmless' in verdict && verdict.harmless === 'all'

const carriedOut =
  'Every one of these is carried out too, on a strict server of this cloud: applied, met again after a restart, taken away, and gone with its Service.'

function sectionOf(keys: CloudKeys, root: string): string[] {
  const { annotations, name } = keys.blueprint
  const shown = Map.groupBy(keys.cases, ({ key }) => indexOf(annotations).nameOf(key))
  return [
    `## ${titleOf(keys)}`,
    '',
    ...(keys.live === true ? [carriedOut, ''] : []),
    ...table(
      ['Key', 'Here', 'What differs'],
      rowsOf(keys).map(([row, { key, verdict }]) => {
        const goldens = (shown.get(row) ?? []).map((one) => goldenName(one))
        const links = goldens
          .filter((golden) => existsSync(join(root, `test/keys/golden/${name}/${golden}.txt`)))
          .map(
            (golden, at) => `[${at === 0 ? 'plan' : at + 1}](../../test/keys/golden/${name}/${golden}.txt)`,
          )
        return [code(key), verdict.is, verdict.is === 'implemented' ? links.join(' ') : cell(verdict.why)]
      }),
    ),
    '',
  ]
}
