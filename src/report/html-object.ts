import type { PlacedProblem } from '../plan/place.ts'
import type { Step } from '../plan/plan.ts'
import { fieldRows, partMarks, partText, shownParts, underWhichLine } from '../plan/render-step.ts'
import { titleOf } from '../plan/render-value.ts'
import { marks } from '../plan/render-view.ts'
import { escaped } from './escape.ts'

/** More than in a terminal: a page scrolls. */
const maxParts = 25

/** One object of a plan, folded or not by the reader. */
export function objectHtml(step: Step, problems: readonly PlacedProblem[]): string {
  const rows = fieldRows(step)
  const parts = shownParts(step, maxParts)
  const under = underWhichLine(problems, rows, parts)
  const fields = rows.map(
    ([name, text], at) =>
      `<tr><th scope="row">${escaped(name)}</th><td>${escaped(text)}${problemsHtml(under.row(at))}</td></tr>`,
  )
  const listed = parts.map(({ part, rest }) => {
    if (part === undefined) return `<li class="dim">and ${rest} more</li>`
    const text = `${marks[partMarks[part.action]]} ${partText(part, step)}`
    return `<li><code>${escaped(text)}</code>${problemsHtml(under.part(part.key))}</li>`
  })
  const said = [
    step.why,
    step.outage === undefined ? '' : `interrupts traffic: ${step.outage}`,
    step.hold === undefined ? '' : `waits: ${step.hold.for}`,
  ].filter((text) => text !== '')
  return [
    `<details class="${step.action}" open><summary><b>${marks[step.action]} ${escaped(titleOf(step))}</b></summary>`,
    ...said.map((text) => `<p class="why">${escaped(text)}</p>`),
    problemsHtml(under.object),
    fields.length === 0 ? '' : `<table><tbody>${fields.join('')}</tbody></table>`,
    listed.length === 0 ? '' : `<ul class="parts">${listed.join('')}</ul>`,
    '</details>',
  ].join('')
}

export const problemsHtml = (problems: readonly PlacedProblem[]): string => problems.map(problemHtml).join('')

function problemHtml({ problem, source }: PlacedProblem): string {
  const { severity, code, message, path, value, accepted, hint } = problem
  const where = [source, path].filter((text) => text !== undefined && text !== '').join('  ')
  const rows = [
    where === '' ? '' : `<span class="path dim">${escaped(where)}</span>`,
    value === undefined ? '' : `given: <code>${escaped(value)}</code>`,
    accepted === undefined ? '' : `accepted: ${escaped(accepted)}`,
    hint === undefined ? '' : `hint: ${escaped(hint)}`,
  ].filter((row) => row !== '')
  return `<div class="problem ${severity}"><p><b>${severity} ${escaped(code)}</b> ${escaped(message)}</p>${rows.map((row) => `<p>${row}</p>`).join('')}</div>`
}
