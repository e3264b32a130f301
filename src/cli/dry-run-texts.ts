import type { Paint } from '../plan/render-view.ts'
import type { Report } from '../report/report.ts'
import { jsonOf, treeOf } from './dry-run-output.ts'
import type { Output } from './dry-run.ts'

type Write = (report: Report, paint: Paint) => Iterable<string> | Promise<string>

/** Forms that few ask for are loaded when they are asked for. */
const writers: Readonly<Record<Output, Write>> = {
  tree: treeOf,
  json: (report) => jsonText(jsonOf(report)),
  yaml: (report) => yamlText(jsonOf(report)),
  mermaid: async (report) => (await import('../report/mermaid.ts')).mermaidOf(report),
  html: async (report) => (await import('../report/html.ts')).htmlOf(report),
  github: async (report) => (await import('../report/github.ts')).githubOf(report),
}

/** In pieces: a text alone is one piece, though a string is an iterable of its letters too. */
export async function reportText(report: Report, output: Output, paint: Paint): Promise<Iterable<string>> {
  const text = await writers[output](report, paint)
  return typeof text === 'string' ? [text] : text
}

export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

export const yamlText = async (value: unknown): Promise<string> =>
  (await import('./yaml-text.ts')).yamlText(value)
