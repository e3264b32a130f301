import type { Located } from '../config/located.ts'
import { renderPlan, type Paint } from '../plan/render.ts'
import type { ProviderPlan } from './dry-run-plan.ts'
import { plural } from './print.ts'
import type { Manifests } from './read-manifests.ts'

/** One tree per provider; the last line of each says how much there is to do. */
export function treeOf(plans: readonly ProviderPlan[], manifests: Manifests, paint: Paint): string {
  const blocks = manifests.services.length === 0 ? [] : plans.map((plan) => providerTree(plan, paint))
  const skipped = skippedText(manifests.skipped)
  if (manifests.services.length === 0) blocks.push('no Service found\n')
  if (skipped !== '') blocks.unshift(`${paint('dim', skipped)}\n`)
  return blocks.join('\n')
}

const providerTree = ({ plan, services }: ProviderPlan, paint: Paint): string =>
  renderPlan(
    { ...plan, problems: [] },
    {
      paint,
      ...endingOf(services),
      about: services.map(({ owner, note }) => ({ owner, ...(note === undefined ? {} : { note }) })),
    },
  )

function endingOf(services: ProviderPlan['services']): { ending?: string } {
  const invalid = services.filter(({ outcome }) => outcome === 'invalid').length
  return invalid === 0 ? {} : { ending: `${plural(invalid, 'Service')} not planned` }
}

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
export const jsonOf = (
  plans: readonly ProviderPlan[],
  manifests: Manifests,
  problems: readonly Located[],
) => ({
  plans: plans.map(({ provider, services, plan }) => ({
    provider,
    services: services.map(({ owner, outcome, note }) => ({
      name: owner.name,
      outcome,
      ...(note === undefined ? {} : { note }),
    })),
    steps: plan.steps,
  })),
  problems: problems.map(({ problem, place, line, column }) => ({ file: place, line, column, ...problem })),
  skipped: Object.fromEntries([...manifests.skipped].toSorted(([a], [b]) => (a < b ? -1 : 1))),
})
