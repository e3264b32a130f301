/**
 * Writes the reference pages that come from tables: `node scripts/docs.ts`. With `--check` it writes nothing and fails
 * if a page is not what the tables say.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clouds } from './clouds.ts'
import { annotationsPage } from './docs-annotations.ts'
import { capabilitiesPage } from './docs-capabilities.ts'
import { cliPage } from './docs-cli.ts'
import { factsPage } from './docs-facts.ts'
import { keysPage } from './docs-keys.ts'
import { metricsPage } from './docs-metrics.ts'
import { portablePage } from './docs-portable.ts'
import { problemsPage } from './docs-problems.ts'
import { rbacPage } from './docs-rbac.ts'
import { nodeProxySettingsPage, settingsPage } from './docs-settings.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  ...Object.fromEntries(
    clouds.map(({ title, blueprint }) => [
      `docs/reference/annotations-${blueprint.name}.md`,
      () => annotationsPage(title, blueprint.annotations),
    ]),
  ),
  'docs/reference/capabilities.md': capabilitiesPage,
  'docs/reference/cli.md': cliPage,
  'docs/reference/facts.md': factsPage,
  'docs/reference/keys.md': () => keysPage(root),
  'docs/reference/metrics.md': () => metricsPage(root),
  'docs/reference/portable.md': portablePage,
  'docs/reference/problems.md': problemsPage,
  'docs/reference/rbac.md': () => rbacPage(root),
  'docs/reference/settings.md': settingsPage,
  'docs/reference/settings-node-proxy.md': nodeProxySettingsPage,
}

function isCurrent(path: string, text: string): boolean {
  try {
    return readFileSync(join(root, path), 'utf8') === text
  } catch {
    return false
  }
}

async function main(check: boolean): Promise<number> {
  const all = await Promise.all(
    Object.entries(pages).map(async ([path, render]) => ({ path, text: await render() })),
  )
  const stale = all.filter(({ path, text }) => !isCurrent(path, text))
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

if (import.meta.main) process.exitCode = await main(process.argv.includes('--check'))
