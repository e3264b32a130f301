import type { Owner } from '../model/load-balancer.ts'
import { underWhat, type PlacedProblem } from './place.ts'
import type { Plan, Step } from './plan.ts'
import { aligned, commonRows, fieldRows, notIn, problemLines, stepLines } from './render-step.ts'
import type { Paint, View } from './render-view.ts'
import { refKey } from './resource.ts'
import { sectionsOf, summaryOf, type Section } from './sections.ts'

/** What is said of a Service beside its steps; it gets a heading even when it has none. */
export interface About {
  readonly owner: Owner
  readonly note?: string
  /** Each stands under the line that it is placed on, or under the heading where there is no such line. */
  readonly problems?: readonly PlacedProblem[]
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

/** A plan as text for people: a heading per Service, its objects under it, and a summary as the last line. */
export const renderPlan = (plan: Plan, options: RenderOptions = {}): string =>
  [...planPieces(plan, options)].join('')

/** The same piece by piece: the text of a whole cluster is never held at once. */
export function* planPieces(plan: Plan, options: RenderOptions = {}): Iterable<string> {
  const view: View = {
    paint: options.paint ?? ((_style, text) => text),
    maxParts: options.maxParts ?? 3,
    brief: options.brief ?? false,
  }
  const abouts = options.about ?? []
  const owners = abouts.map(({ owner }) => owner)
  const { byObject, byOwner } = underWhat(abouts, plan.steps)
  const notes = new Map(abouts.map(({ owner, note }) => [owner.uid, note]))
  const under = (step: Step): readonly PlacedProblem[] =>
    byObject.size === 0 ? nothing : (byObject.get(refKey(step)) ?? nothing)
  for (const section of sectionsOf(plan.steps, owners)) {
    const uid = section.owner?.uid ?? ''
    yield `${sectionText(section, notes.get(uid), byOwner.get(uid) ?? [], under, view)}\n\n`
  }
  const problems = plan.problems.flatMap((problem) => problemLines({ problem }, '', view.paint))
  if (problems.length > 0) yield `${problems.join('\n')}\n\n`
  const ending = options.ending === undefined ? [] : [options.ending]
  yield `${view.paint('heading', [summaryOf(plan), ...ending].join('; '))}\n`
}

const nothing: readonly PlacedProblem[] = []

function sectionText(
  { title, steps }: Section,
  note: string | undefined,
  problems: readonly PlacedProblem[],
  under: (step: Step) => readonly PlacedProblem[],
  view: View,
): string {
  const lines = [view.paint('heading', title)]
  if (note !== undefined) lines.push(`  ${note}`)
  if (problems.length > 0) lines.push('')
  for (const problem of problems) lines.push(...problemLines(problem, '  ', view.paint))
  const fields = steps.map((step) => (view.brief ? [] : fieldRows(step)))
  const common = commonRows(fields.filter((_rows, at) => steps[at]?.action === 'create'))
  if (common.length > 0) lines.push('', '  on all that are new:', ...aligned(common))
  const said = new Set<readonly PlacedProblem[]>()
  for (const [at, step] of steps.entries()) {
    const rows = notIn(common, fields[at] ?? [])
    // An object may have a second step, which takes away: what is wrong with it is said at the first.
    const wrong = under(step)
    lines.push('', ...stepLines(step, rows, said.has(wrong) ? nothing : wrong, view))
    said.add(wrong)
  }
  return lines.join('\n')
}
