import type { Paint } from '../plan/render-view.ts'
import type { Report } from '../report/report.ts'
import { jsonOf, treeOf } from './dry-run-output.ts'
import type { Output } from './dry-run.ts'

type Write = (report: Report, paint: Paint) => string | Promise<string>

/** Forms that few ask for are loaded when they are asked for. */
const writers: Readonly<Record<Output, Write>> = {
  tree: treeOf,
  json: (report) => jsonText(jsonOf(report)),
  yaml: (report) => yamlText(jsonOf(report)),
  mermaid: async (report) => (await import('../report/mermaid.ts')).mermaidOf(report),
  html: async (report) => (await import('../report/html.ts')).htmlOf(report),
  github: async (report) => (await import('../report/github.ts')).githubOf(report),
}

export const reportText = async (report: Report, output: Output, paint: Paint): Promise<string> =>
  writers[output](report, paint)

export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

export const yamlText = async (value: unknown): Promise<string> =>
  (await import('yaml')).stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 })
