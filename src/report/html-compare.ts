import type { Cell, ComparedService, Comparison } from './compare.ts'
import { escaped } from './escape.ts'
import { pageOf } from './html-page.ts'
import { problemCounts, problemsOf, type Report } from './report.ts'

/** The comparison as a page: a table for each Service, each cell with its sentence. */
export function compareHtml({ clouds, services }: Comparison, report: Report): string {
  const counts = problemCounts(problemsOf(report)).map((text) => `<li>${escaped(text)}</li>`)
  const legend =
    '<p><b class="done">done</b>: the plan has it. <b class="emulated">emulated</b>: brought about by other means. ' +
    '<b class="ignored">ignored</b>: the plan is the same without it. ' +
    '<b class="refused">refused</b>: the Service gets nothing while it asks for this.</p>'
  const body = services.map((service, at) => serviceHtml(service, clouds, `service-${at}`))
  return pageOf('lb-controller comparison', `${legend}<ul>${counts.join('')}</ul>`, body.join('\n'))
}

function serviceHtml(
  { service, none, rows }: ComparedService,
  clouds: readonly string[],
  id: string,
): string {
  const head = `<article data-item aria-labelledby="${id}"><h2 id="${id}">${escaped(service)}</h2>`
  if (none !== undefined) return `${head}<p>${escaped(none)}</p></article>`
  const columns = clouds.map((cloud) => `<th scope="col">${escaped(cloud)}</th>`)
  const lines = rows.map(
    ({ ask, cells }) =>
      `<tr><th scope="row">${escaped(ask.label)}<br><span class="dim">${escaped(ask.written)}</span></th>${cells.map(cellHtml).join('')}</tr>`,
  )
  return `${head}<div class="wide" tabindex="0" role="group" aria-labelledby="${id}"><table><thead><tr><th scope="col">asks for</th>${columns.join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table></div></article>`
}

const cellHtml = ({ word, sentence }: Cell): string =>
  `<td><b class="${word}">${word}</b><br>${escaped(sentence)}</td>`
