import type { AnnotationSpec, AnnotationTable } from '../src/model/annotations.ts'
import { cell, escapeStar } from './markdown.ts'

type Row = AnnotationSpec<unknown>

/** One page for one provider's table of keys. */
export function annotationsPage(cloud: string, table: AnnotationTable): string {
  const rows = Object.values(table)
  const honoured = rows.filter((row) => row.verdict.is === 'implemented')
  const others = rows
    .filter((row) => row.verdict.is !== 'implemented')
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  return [
    '<!-- Written by scripts/docs.ts from the table that the parser reads. Do not edit. -->',
    '',
    `# Annotations for ${cloud}`,
    '',
    'Keys match exactly. A value that cannot be read, or a slip in a key, changes nothing: the load balancer goes on as',
    'it was last accepted, and the Service says what is wrong. An empty value counts as if the annotation were not there.',
    'Every problem code is explained in [problems.md](problems.md).',
    '',
    '## Honoured',
    '',
    ...honoured.flatMap(section),
    '## Known, and not honoured',
    '',
    '*Ignored* keys give a warning. *Refused* ones give an error, because to go on without them would open access or send',
    'traffic where or how it was not meant. Values that ask for what holds anyway pass in silence.',
    '',
    '| Key | What it asks for | Here | Why | In silence |',
    '|---|---|---|---|---|',
    ...others.map(line),
    '',
  ].join('\n')
}

const portableLine = (key: string | undefined): string[] =>
  key === undefined
    ? []
    : [`- On every cloud: [\`${key}\`](portable.md#${key.replaceAll(/[^a-z0-9-]/g, '')})`]

function section({ key, doc, type, default: fallback, example, portable }: Row): string[] {
  return [
    `### \`${key}\``,
    '',
    doc,
    '',
    `- Type: ${type.name}`,
    `- Accepts: ${escapeStar(type.accepts)}`,
    `- Default: ${fallback}`,
    `- Example: \`${key}: ${JSON.stringify(example)}\``,
    ...portableLine(portable?.key),
    '',
  ]
}

function line({ key, doc, verdict }: Row): string {
  if (verdict.is === 'implemented') return ''
  const { harmless: silent = [] } = verdict
  const harmless = silent === 'all' ? 'any' : silent.map((value) => `\`${value}\``).join(', ')
  return `| \`${key}\` | ${cell(doc)} | ${verdict.is} | ${cell(verdict.why)} | ${harmless} |`
}
