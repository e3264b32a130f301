import type { AnnotationSpec } from '../src/model/annotations.ts'
import { portable } from '../src/model/portable.ts'
import { indexOf } from '../src/model/table-index.ts'
import type { Blueprint } from '../src/provider/blueprint.ts'
import { clouds } from './clouds.ts'
import { cell, code, escapeStar, table, written } from './markdown.ts'

/** What each portable key becomes on each cloud. */
export function portablePage(): string {
  return [
    written('src/model/portable.ts and the tables of all clouds'),
    '',
    '# Portable annotations',
    '',
    'Keys that ask for the same on every cloud, so that one manifest serves all. A key of one cloud and the portable one may',
    'stand together while they say the same; if not, [LB_ANNOTATION_CONFLICT](problems.md#lb_annotation_conflict) names both.',
    '`lb-controller dry-run --compare` shows what becomes of a Service on each cloud.',
    '',
    ...table(
      ['Key', ...clouds.map(({ title }) => title)],
      Object.values(portable).map(({ key }) => [
        `[${code(key)}](#${key.replaceAll(/[^a-z0-9-]/g, '')})`,
        ...clouds.map(({ blueprint }) => rowOf(blueprint, key)?.verdict.is ?? 'unknown'),
      ]),
    ),
    '',
    ...Object.values(portable).flatMap(({ key, doc, type, example }) => [
      `## ${code(key)}`,
      '',
      doc,
      '',
      `- Accepts: ${escapeStar(type.accepts)}`,
      `- Example: ${code(`${key}: ${JSON.stringify(example)}`)}`,
      '',
      ...table(
        ['Cloud', 'Here', 'How'],
        clouds.map(({ title, blueprint }) => {
          const row = rowOf(blueprint, key)
          return [title, row?.verdict.is ?? 'unknown', row === undefined ? '' : howOf(row, key)]
        }),
      ),
      '',
    ]),
  ].join('\n')
}

function rowOf({ annotations }: Blueprint, key: string): AnnotationSpec<unknown> | undefined {
  const name = indexOf(annotations).nameOf(key)
  return name === undefined ? undefined : annotations[name]
}

function howOf(row: AnnotationSpec<unknown>, key: string): string {
  if (row.verdict.is !== 'implemented') return cell(row.verdict.why)
  return row.key === key ? cell(row.doc) : `the same as ${code(row.key)}`
}
