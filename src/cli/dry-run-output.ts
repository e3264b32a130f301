import { renderPlan } from '../plan/render.ts'
import type { Paint } from '../plan/render-view.ts'
import { placed } from '../report/placed.ts'
import {
  outcomesText,
  plural,
  problemCounts,
  problemsOf,
  type CloudReport,
  type Report,
} from '../report/report.ts'

/** A tree per cloud, each with a summary as its last line; what is wrong in all, at the very end. */
export function treeOf(report: Report, paint: Paint): string {
  const { clouds, everyCloud } = report
  const empty = clouds.every(({ services }) => services.length === 0)
  const blocks = empty
    ? ['no Service found\n']
    : clouds.map((cloud) => cloudTree(cloud, clouds.length, paint))
  const intro = [skippedText(report.skipped), everyCloud ?? ''].filter((text) => text !== '')
  if (intro.length > 0) blocks.unshift(`${intro.map((text) => paint('dim', text)).join('\n')}\n`)
  const counts = countsText(report, paint)
  if (counts !== '') blocks.push(`${counts}\n`)
  return blocks.join('\n')
}

/** A line for each severity. */
export const countsText = (report: Report, paint: Paint): string =>
  problemCounts(problemsOf(report))
    .map((text, at) => `${at === 0 ? paint('heading', 'problems:') : ' '.repeat('problems:'.length)} ${text}`)
    .join('\n')

function cloudTree(cloud: CloudReport, clouds: number, paint: Paint): string {
  const { provider, plan, services, live } = cloud
  const title = clouds === 1 ? '' : `${paint('heading', `=== ${provider} ===`)}\n\n`
  const ending = outcomesText(services)
  const text = renderPlan(plan, {
    paint,
    ...(ending === '' ? {} : { ending }),
    about: services.map((service) => ({
      owner: service.owner,
      ...(service.note === undefined ? {} : { note: service.note }),
      problems: placed(service),
    })),
  })
  return `${title}${text}${live || plan.steps.length === 0 ? '' : `${paint('dim', notLive(provider))}\n`}`
}

const notLive = (provider: string): string =>
  `${provider}: this is what would be made; "run" cannot make it yet`

/** `skipped: 2 Deployments, 1 ConfigMap`. */
function skippedText(skipped: ReadonlyMap<string, number>): string {
  const kinds = [...skipped].toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (kinds.length === 0) return ''
  return `skipped: ${kinds.map(([kind, count]) => plural(count, kind, pluralOf(kind))).join(', ')}`
}

function pluralOf(kind: string): string {
  if (kind.includes(' ') || kind.endsWith('s')) return kind
  return /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`
}

/** The same as data. Everything stands in a stable order. */
export const jsonOf = (report: Report) => ({
  plans: report.clouds.map(({ provider, live, services, plan }) => ({
    provider,
    live,
    services: services.map(({ owner, outcome, note }) => ({
      name: owner.name,
      outcome,
      ...(note === undefined ? {} : { note }),
    })),
    steps: plan.steps,
  })),
  problems: problemsJson(report),
  skipped: skippedJson(report),
})

export const problemsJson = (report: Report) =>
  problemsOf(report).map(({ problem, place, line, column, clouds, service }) => ({
    file: place,
    line,
    column,
    ...(service === undefined ? {} : { service }),
    ...(clouds.length === 0 ? {} : { providers: clouds }),
    ...problem,
  }))

const skippedJson = ({ skipped }: Report) =>
  Object.fromEntries([...skipped].toSorted(([a], [b]) => (a < b ? -1 : 1)))
