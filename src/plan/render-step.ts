import { marks, type Paint, type View } from './render-view.ts'
import { inlineText, leaves, titleOf, valueText, type Leaf } from './render-value.ts'
import { liesWithin, type PlacedProblem } from './place.ts'
import type { Step } from './plan.ts'
import type { FieldChange, PartChange } from './resource.ts'

/** One object: what happens to it, why, its fields and parts, and under each line what is wrong there. */
export function stepLines(
  step: Step,
  rows: readonly Leaf[],
  problems: readonly PlacedProblem[],
  view: View,
): readonly string[] {
  const lines = [`  ${view.paint(step.action, `${marks[step.action]} ${titleOf(step)}`)}`]
  const say = (label: string, text: string): void => {
    lines.push(view.paint('dim', `      ${label}: ${text}`))
  }
  if (step.why !== '') say('why', step.why)
  if (step.outage !== undefined) lines.push(view.paint('warning', `      interrupts traffic: ${step.outage}`))
  if (step.hold !== undefined)
    say('waits', `${step.hold.for} (looks again in ${secondsText(step.hold.recheckMs)})`)
  const parts = shownParts(step, view.maxParts)
  const under = underWhichLine(problems, rows, parts)
  for (const problem of under.object) lines.push(...problemLines(problem, '      ', view.paint))
  aligned(rows).forEach((line, at) => {
    lines.push(line)
    for (const problem of under.row(at)) lines.push(...problemLines(problem, '        ', view.paint))
  })
  for (const { part, rest } of parts) {
    if (part !== undefined) {
      lines.push(partLine(part, step, view))
      for (const problem of under.part(part.key)) lines.push(...problemLines(problem, '        ', view.paint))
    } else lines.push(`        and ${rest} more`)
  }
  return lines
}

interface UnderLines {
  readonly object: readonly PlacedProblem[]
  readonly row: (at: number) => readonly PlacedProblem[]
  readonly part: (key: string) => readonly PlacedProblem[]
}

const none: readonly PlacedProblem[] = []
const nothingUnder: UnderLines = { object: none, row: () => none, part: () => none }

/** Which line each problem stands under; what belongs to a line that is not shown stands under the object. */
export function underWhichLine(
  problems: readonly PlacedProblem[],
  rows: readonly Leaf[],
  parts: readonly Shown[],
): UnderLines {
  if (problems.length === 0) return nothingUnder
  const rowOf = ({ place }: PlacedProblem): number => {
    const field = place?.field
    return field === undefined ? -1 : rows.findIndex(([path]) => liesWithin(path, field))
  }
  const partOf = ({ place }: PlacedProblem): string | undefined =>
    parts.some(({ part }) => part !== undefined && part.key === place?.part) ? place?.part : undefined
  return {
    object: problems.filter((one) => rowOf(one) === -1 && partOf(one) === undefined),
    row: (at: number) => problems.filter((one) => rowOf(one) === at),
    part: (key: string) => problems.filter((one) => partOf(one) === key),
  }
}

/** What is wrong, where it was written, and what to do. */
export function problemLines(
  { problem, source }: PlacedProblem,
  indent: string,
  paint: Paint,
): readonly string[] {
  const { severity, code, message, path, accepted, hint } = problem
  const where = [source, path].filter((text) => text !== undefined && text !== '').join('  ')
  const more = [
    where,
    accepted === undefined ? '' : `accepted: ${accepted}`,
    hint === undefined ? '' : `hint: ${hint}`,
  ]
  return [
    `${indent}${paint(severity, `! ${severity}`)} ${code} ${message}`,
    ...more.filter((text) => text !== '').map((text) => paint('dim', `${indent}  ${text}`)),
  ]
}

const secondsText = (ms: number): string => `${Math.max(1, Math.round(ms / 1000))} s`

export function fieldRows(step: Step): readonly Leaf[] {
  if (step.fields !== undefined) return step.fields.flatMap(changeRows)
  return step.action === 'delete' || step.after === undefined ? [] : leaves(step.after)
}

function changeRows({ path, before, after }: FieldChange): readonly Leaf[] {
  const was = before === undefined ? '' : `${valueText(before)} => `
  return [[path, `${was}${after === null ? "the cloud's default" : valueText(after)}`]]
}

/** What every new object of a Service carries, such as its tags, is said once. Only below a field: `Protocol TCP` may be chance. */
export function commonRows(created: readonly (readonly Leaf[])[]): readonly Leaf[] {
  const [first, ...rest] = created
  if (first === undefined || rest.length === 0) return []
  let common = new Map(first.filter(([path]) => path.includes('.')))
  for (const rows of rest) {
    if (common.size === 0) return []
    common = new Map(rows.filter(([path, text]) => common.get(path) === text))
  }
  return first.filter(([path, text]) => common.get(path) === text)
}

/** Without rows that were said before. */
export function notIn(said: readonly Leaf[], rows: readonly Leaf[]): readonly Leaf[] {
  if (said.length === 0) return rows
  const texts = new Map(said)
  return rows.filter(([path, text]) => texts.get(path) !== text)
}

export function aligned(rows: readonly Leaf[]): readonly string[] {
  let width = 0
  for (const [name] of rows) width = Math.max(width, name.length)
  return rows.map(([name, text]) => `      ${name.padEnd(width)}  ${text}`)
}

/** A part that is shown, or how many are not. */
export type Shown =
  { readonly part: PartChange; readonly rest?: never } | { readonly part?: never; readonly rest: number }

/** Added, changed, removed; of each the first few. One more than that is shown too: "and 1 more" would be as long. */
export function shownParts(step: Step, max: number): readonly Shown[] {
  const lines: Shown[] = []
  if (step.parts === undefined) return lines
  for (const action of ['add', 'change', 'remove'] as const) {
    const parts = step.parts.filter((part) => part.action === action)
    const shown = parts.length === max + 1 ? parts.length : max
    for (const part of parts.slice(0, shown)) lines.push({ part })
    if (parts.length > shown) lines.push({ rest: parts.length - shown })
  }
  return lines
}

export const partMarks = { add: 'create', change: 'update', remove: 'delete' } as const

/** What a part is, in one line, and for whom where several share the object. */
export function partText(part: PartChange, step: Step): string {
  const spec = part.after ?? part.before
  const text = spec === undefined ? '' : inlineText(spec)
  const detail = text === '' || text.startsWith('(') ? text : `(${text})`
  const whose = step.owners.length > 1 ? part.owners.map(({ name }) => name).join(', ') : ''
  return [part.key, detail, whose === '' ? '' : `for ${whose}`].filter((word) => word !== '').join(' ')
}

function partLine(part: PartChange, step: Step, view: View): string {
  const style = partMarks[part.action]
  return `      ${view.paint(style, marks[style])} ${partText(part, step)}`
}
