import { planPieces } from '../plan/render.ts'
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

/** A tree per cloud, each with a summary as its last line; what is wrong in all, at the very end. Piece by piece. */
export function* treeOf(report: Report, paint: Paint): Iterable<string> {
  const { clouds, everyCloud, onlyChanges } = report
  const intro = [skippedText(report.skipped), everyCloud ?? ''].filter((text) => text !== '')
  if (intro.length > 0) yield `${intro.map((text) => paint('dim', text)).join('\n')}\n\n`
  const empty = clouds.every(({ services }) => services.length === 0)
  if (empty) yield 'no Service found\n'
  else
    for (const [at, cloud] of clouds.entries()) {
      if (at > 0) yield '\n'
      yield* cloudTree(
        onlyChanges === true ? changed(cloud) : { ...cloud, shown: cloud.services, rest: 0 },
        clouds.length,
        paint,
      )
    }
  const counts = countsText(report, paint)
  if (counts !== '') yield `\n${counts}\n`
}

/** A line for each severity. */
export const countsText = (report: Report, paint: Paint): string =>
  problemCounts(problemsOf(report))
    .map((text, at) => `${at === 0 ? paint('heading', 'problems:') : ' '.repeat('problems:'.length)} ${text}`)
    .join('\n')

/** A cloud, those of its Services that are shown, and how many are not. */
type Shown = CloudReport & { readonly shown: CloudReport['services']; readonly rest: number }

function changed(cloud: CloudReport): Shown {
  const touched = new Set(cloud.plan.steps.flatMap(({ owners }) => owners.map(({ uid }) => uid)))
  const says = ({ owner, note, problems }: CloudReport['services'][number]): boolean =>
    note !== undefined || problems.length > 0 || touched.has(owner.uid)
  const rest = cloud.services.filter((service) => service.outcome === 'planned' && !says(service)).length
  return { ...cloud, shown: cloud.services.filter(says), rest }
}

function* cloudTree(cloud: Shown, clouds: number, paint: Paint): Iterable<string> {
  const { provider, plan, services, shown, rest, live } = cloud
  if (clouds > 1) yield `${paint('heading', `=== ${provider} ===`)}\n\n`
  const still =
    rest === 0 ? '' : `${plural(rest, 'Service')} ${rest === 1 ? 'is as it' : 'are as they'} should be`
  const ending = [outcomesText(services), still].filter((text) => text !== '').join('; ')
  yield* planPieces(plan, {
    paint,
    ...(ending === '' ? {} : { ending }),
    about: shown.map((service) => ({
      owner: service.owner,
      ...(service.note === undefined ? {} : { note: service.note }),
      problems: placed(service),
    })),
  })
  if (!live && plan.steps.length > 0) yield `${paint('dim', notLive(provider))}\n`
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
