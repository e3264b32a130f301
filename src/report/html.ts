import { refKey } from '../plan/resource.ts'
import { sectionsOf, summaryOf, type Section } from '../plan/sections.ts'
import { underWhat, type Under } from '../plan/place.ts'
import { escaped } from './escape.ts'
import { graphOf, indexPlan, type PlanIndex } from './graph.ts'
import { objectHtml, problemsHtml } from './html-object.ts'
import { pageOf } from './html-page.ts'
import { placed } from './placed.ts'
import {
  outcomesText,
  problemCounts,
  problemsOf,
  sourceOf,
  type CloudReport,
  type Report,
  type ServiceReport,
} from './report.ts'
import { graphText, svgOf } from './svg.ts'

/** One page with everything: what would be made, with pictures, why, and what is wrong. It can be mailed and kept. */
export function htmlOf(report: Report): string {
  const clouds = report.clouds.map(cloudHtml)
  const loose = report.problems.map((located) => ({ problem: located.problem, source: sourceOf(located) }))
  const files =
    loose.length === 0 ? '' : `<section><h2>Files and settings</h2>${problemsHtml(loose)}</section>`
  return pageOf('lb-controller dry run', leadOf(report), [files, ...clouds].join('\n'))
}

/** What is to do and what is wrong, and the way to each cloud. */
function leadOf(report: Report): string {
  const lines = [
    ...report.clouds.map(
      (cloud) => `<li><a href="#${escaped(cloud.provider)}">${escaped(summaryLine(cloud))}</a></li>`,
    ),
    ...problemCounts(problemsOf(report)).map((text) => `<li>${escaped(text)}</li>`),
  ]
  const every = report.everyCloud === undefined ? '' : `<p class="dim">${escaped(report.everyCloud)}</p>`
  return `<ul>${lines.join('')}</ul>${every}`
}

const summaryLine = ({ plan, services }: CloudReport): string =>
  [summaryOf(plan), outcomesText(services)].filter((text) => text !== '').join('; ')

function cloudHtml(cloud: CloudReport): string {
  const { provider, plan, services, live, problems } = cloud
  const index = indexPlan(cloud)
  const under = underWhat(
    services.map((service) => ({ owner: service.owner, problems: placed(service) })),
    plan.steps,
  )
  const reports = new Map(services.map((service) => [service.owner.uid, service]))
  const sections = sectionsOf(
    plan.steps,
    services.map(({ owner }) => owner),
  )
  const articles = sections.map((section, at) =>
    sectionHtml(section, reports.get(section.owner?.uid ?? ''), under, index, `${provider}-${at}`),
  )
  return [
    `<section aria-labelledby="${escaped(provider)}"><h2 id="${escaped(provider)}">${escaped(provider)}</h2>`,
    `<p>${escaped(summaryLine(cloud))}</p>`,
    live ? '' : `<p class="dim">This is what would be made; "run" cannot make it yet.</p>`,
    problemsHtml(problems.map((located) => ({ problem: located.problem, source: sourceOf(located) }))),
    ...articles,
    '</section>',
  ].join('\n')
}

function sectionHtml(
  { title, steps }: Section,
  service: ServiceReport | undefined,
  under: Under,
  index: PlanIndex,
  id: string,
): string {
  const said = new Set<string>()
  const objects = steps.map((step) => {
    const key = refKey(step)
    const problems = said.has(key) ? [] : (under.byObject.get(key) ?? [])
    said.add(key)
    return objectHtml(step, problems)
  })
  return [
    `<article data-item aria-labelledby="${id}"><h3 id="${id}">${escaped(title)}</h3>`,
    service?.note === undefined ? '' : `<p>${escaped(service.note)}</p>`,
    problemsHtml(under.byOwner.get(service?.owner.uid ?? '') ?? []),
    service === undefined ? '' : pictureHtml(service, index, `${id}-picture`),
    ...objects,
    '</article>',
  ].join('\n')
}

function pictureHtml(service: ServiceReport, index: PlanIndex, id: string): string {
  const graph = graphOf(service, index)
  if (graph.nodes.length === 0) return ''
  const items = graphText(graph).map((text) => `<li>${escaped(text)}</li>`)
  const title = `The way from clients to nodes of ${service.owner.name}`
  return `<figure tabindex="0" role="group" aria-labelledby="${id}">${svgOf(graph, id, title)}<figcaption><details><summary>In words</summary><ul>${items.join('')}</ul></details></figcaption></figure>`
}
