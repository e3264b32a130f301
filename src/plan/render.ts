import type { Owner } from '../model/load-balancer.ts'
import type { Problem } from '../model/problem.ts'
import type { Action, Plan, Step } from './plan.ts'
import { inlineText, leaves, titleOf, valueText, type Leaf } from './render-value.ts'
import type { FieldChange, PartChange } from './resource.ts'

export type Style = Action | 'heading' | 'dim' | Problem['severity']
export type Paint = (style: Style, text: string) => string

/** What is said of a Service beside its steps; it gets a heading even when it has none. */
export interface About {
  readonly owner: Owner
  readonly note?: string
  readonly problems?: readonly Problem[]
}

export interface RenderOptions {
  /** Services in the order in which they are shown; others follow by name. */
  readonly about?: readonly About[]
  readonly paint?: Paint
  /** How many parts of an object are shown before "and 97 more". Default 3. */
  readonly maxParts?: number
  /** Leave out what an object will look like, and show only what happens and why. */
  readonly brief?: boolean
  /** What the summary says beyond the steps. */
  readonly ending?: string
}

export const marks: Readonly<Record<Action, string>> = { create: '+', update: '~', repair: '±', delete: '-' }

/** A plan as text for people: a heading per Service, its objects under it, and a summary as the last line. */
export function renderPlan(plan: Plan, options: RenderOptions = {}): string {
  const view: View = {
    paint: options.paint ?? ((_style, text) => text),
    maxParts: options.maxParts ?? 3,
    brief: options.brief ?? false,
  }
  const blocks = sectionsOf(plan.steps, options.about ?? []).map((section) => sectionText(section, view))
  const problems = plan.problems.map((problem) => problemLine(problem, '', view))
  const ending = options.ending === undefined ? [] : [options.ending]
  if (problems.length > 0) blocks.push(problems.join('\n'))
  return [...blocks, view.paint('heading', [summaryOf(plan), ...ending].join('; '))].join('\n\n') + '\n'
}

/** `aws: 7 to create, 1 to change, 2 to delete, 1 waiting`. */
export function summaryOf(plan: Pick<Plan, 'provider' | 'steps'>): string {
  const count = (wanted: (step: Step) => boolean): number => plan.steps.filter(wanted).length
  const counts: readonly (readonly [number, string])[] = [
    [count((step) => step.action === 'create'), 'to create'],
    [count((step) => step.action === 'update'), 'to change'],
    [count((step) => step.action === 'repair'), 'to repair'],
    [count((step) => step.action === 'delete'), 'to delete'],
    [count((step) => step.hold !== undefined), 'waiting'],
  ]
  const said = counts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`)
  return `${plan.provider}: ${said.length === 0 ? 'nothing to do' : said.join(', ')}`
}

interface View {
  readonly paint: Paint
  readonly maxParts: number
  readonly brief: boolean
}

interface Section {
  readonly title: string
  readonly about?: About
  readonly steps: Step[]
}

/** One per Service, then one per set of Services that share objects. */
function sectionsOf(steps: readonly Step[], abouts: readonly About[]): readonly Section[] {
  const own = new Map<string, Section>()
  const shared = new Map<string, Section>()
  for (const about of abouts) own.set(about.owner.uid, { title: about.owner.name, about, steps: [] })
  for (const step of steps) {
    const [owner, another] = step.owners
    const single = owner !== undefined && another === undefined
    const key = single ? owner.uid : step.owners.map(({ uid }) => uid).join(' ')
    const sections = single ? own : shared
    const section = sections.get(key) ?? { title: single ? owner.name : sharedTitle(step.owners), steps: [] }
    section.steps.push(step)
    sections.set(key, section)
  }
  const listed = [...own.values()]
  const late = listed.slice(abouts.length).toSorted(byTitle)
  return [...listed.slice(0, abouts.length), ...late, ...[...shared.values()].toSorted(byTitle)]
}

const byTitle = (a: Section, b: Section): number => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0)

function sharedTitle(owners: readonly Owner[]): string {
  if (owners.length === 0) return 'shared'
  const names = owners.map(({ name }) => name)
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return `shared by ${names.slice(0, 3).join(', ')}${more}`
}

function sectionText({ title, about, steps }: Section, view: View): string {
  const lines = [view.paint('heading', title)]
  if (about?.note !== undefined) lines.push(`  ${about.note}`)
  const common = view.brief ? [] : commonRows(steps)
  if (common.length > 0) lines.push('', '  on all that are new:', ...aligned(common))
  for (const step of steps) lines.push('', ...stepLines(step, common, view))
  const problems = about?.problems ?? []
  if (problems.length > 0) lines.push('', ...problems.map((problem) => problemLine(problem, '  ', view)))
  return lines.join('\n')
}

const problemLine = (problem: Problem, indent: string, view: View): string =>
  `${indent}${view.paint(problem.severity, `! ${problem.severity}`)} ${problem.code} ${problem.message}`

function stepLines(step: Step, common: readonly Leaf[], view: View): readonly string[] {
  const lines = [`  ${view.paint(step.action, `${marks[step.action]} ${titleOf(step)}`)}`]
  const say = (label: string, text: string): void => {
    lines.push(view.paint('dim', `      ${label}: ${text}`))
  }
  if (step.why !== '') say('why', step.why)
  if (step.outage !== undefined) lines.push(view.paint('warning', `      interrupts traffic: ${step.outage}`))
  if (step.hold !== undefined)
    say('waits', `${step.hold.for} (looks again in ${secondsText(step.hold.recheckMs)})`)
  if (!view.brief) lines.push(...aligned(fieldRows(step).filter((row) => !isIn(common, row))))
  lines.push(...partLines(step, view))
  return lines
}

const secondsText = (ms: number): string => `${Math.max(1, Math.round(ms / 1000))} s`

function fieldRows(step: Step): readonly Leaf[] {
  if (step.fields !== undefined) return step.fields.flatMap(changeRows)
  return step.action === 'delete' || step.after === undefined ? [] : leaves(step.after)
}

function changeRows({ path, before, after }: FieldChange): readonly Leaf[] {
  const was = before === undefined ? '' : `${valueText(before)} => `
  return [[path, `${was}${after === null ? "the cloud's default" : valueText(after)}`]]
}

/** What every new object of a Service carries, such as its tags, is said once. Only below a field: `Protocol TCP` may be chance. */
function commonRows(steps: readonly Step[]): readonly Leaf[] {
  const [first, ...rest] = steps.filter(({ action }) => action === 'create').map(fieldRows)
  if (first === undefined || rest.length === 0) return []
  return first.filter((row) => row[0].includes('.') && rest.every((rows) => isIn(rows, row)))
}

const isIn = (rows: readonly Leaf[], [path, text]: Leaf): boolean =>
  rows.some((row) => row[0] === path && row[1] === text)

function aligned(rows: readonly Leaf[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `      ${name.padEnd(width)}  ${text}`)
}

const partMarks = { add: 'create', change: 'update', remove: 'delete' } as const

function partLines(step: Step, view: View): readonly string[] {
  const lines: string[] = []
  for (const action of ['add', 'change', 'remove'] as const) {
    const parts = (step.parts ?? []).filter((part) => part.action === action)
    const shown = parts.length === view.maxParts + 1 ? parts.length : view.maxParts
    for (const part of parts.slice(0, shown)) lines.push(partLine(part, step, view))
    const rest = parts.length - shown
    if (rest > 0) lines.push(`        and ${rest} more`)
  }
  return lines
}

function partLine(part: PartChange, step: Step, view: View): string {
  const style = partMarks[part.action]
  const spec = part.after ?? part.before
  const text = spec === undefined ? '' : inlineText(spec)
  const detail = text === '' || text.startsWith('(') ? text : `(${text})`
  const whose = step.owners.length > 1 ? part.owners.map(({ name }) => name).join(', ') : ''
  const said = [part.key, detail, whose === '' ? '' : `for ${whose}`]
  return `      ${view.paint(style, marks[style])} ${said.filter((word) => word !== '').join(' ')}`
}
