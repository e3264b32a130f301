/**
 * Writes the reference pages that come from tables: `node scripts/docs.ts`. With `--check` it writes nothing and fails
 * if a page is not what the tables say.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { awsAnnotations } from '../providers/aws/annotations.ts'
import { annotationsPage } from './docs-annotations.ts'
import { cliPage } from './docs-cli.ts'
import { metricsPage } from './docs-metrics.ts'
import { problemsPage } from './docs-problems.ts'
import { rbacPage } from './docs-rbac.ts'
import { settingsPage } from './docs-settings.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

export const pages: Readonly<Record<string, () => string>> = {
  'docs/reference/annotations-aws.md': () => annotationsPage('AWS', awsAnnotations),
  'docs/reference/cli.md': cliPage,
  'docs/reference/metrics.md': () => metricsPage(root),
  'docs/reference/problems.md': problemsPage,
  'docs/reference/rbac.md': () => rbacPage(root),
  'docs/reference/settings.md': settingsPage,
}

function isCurrent(path: string, text: string): boolean {
  try {
    return readFileSync(join(root, path), 'utf8') === text
  } catch {
    return false
  }
}

function main(check: boolean): number {
  const stale = Object.entries(pages).flatMap(([path, render]) => {
    const text = render()
    return isCurrent(path, text) ? [] : [{ path, text }]
  })
  for (const { path, text } of stale) {
    if (check) {
      console.error(`${path} is not what the tables say: run "npm run docs" and commit it`)
      continue
    }
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.log(`wrote ${path}`)
  }
  return check && stale.length > 0 ? 1 : 0
}

if (import.meta.main) process.exitCode = main(process.argv.includes('--check'))
