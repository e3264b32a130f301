import { fail, ok, type Result } from '../../src/lib/result.ts'
import type { LoadBalancerConfig } from './config.ts'
import { isSet, type Labels, matches } from './selectors.ts'

export interface Asking {
  /** Names that the Service allows, in any case; undefined: all. */
  readonly named?: readonly string[]
  readonly labels: Labels
  readonly namespaceLabels: Labels
  /** Where the Service is now: that may keep it though it takes no new ones. */
  readonly current?: string
}

/** Why no load balancer may take a Service. */
interface Ineligible {
  readonly message: string
  readonly accepted: string
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/**
 * Which of the configured load balancers may take a Service: those that it names, that let new ones in, and whose
 * selectors fit. Those that select it come before those that select nothing.
 */
export function eligible(
  configs: readonly LoadBalancerConfig[],
  asking: Asking,
): Result<readonly string[], Ineligible> {
  const all = configs.map(({ name }) => name).join(', ')
  const named = configs.filter(({ name }) => asking.named?.some((one) => same(one, name)) !== false)
  if (named.length === 0)
    return fail({
      message: `no load balancer of the configuration is named ${asking.named?.join(' or ')}`,
      accepted: all,
    })
  const reasons: string[] = []
  const selecting: string[] = []
  const open: string[] = []
  for (const config of named) {
    const { name, serviceLabelSelector: byLabel, serviceNamespaceSelector: byNamespace } = config
    const here = asking.current !== undefined && same(asking.current, name)
    if (config.allowServicePlacement === false && !here) reasons.push(`${name} takes no new Services`)
    else if (isSet(byLabel) && !matches(byLabel, asking.labels))
      reasons.push(`the labels of the Service do not fit ${name}`)
    else if (isSet(byNamespace) && !matches(byNamespace, asking.namespaceLabels))
      reasons.push(`the labels of the namespace do not fit ${name}`)
    else if (isSet(byLabel) || isSet(byNamespace)) selecting.push(name)
    else open.push(name)
  }
  const found = selecting.length > 0 ? selecting : open
  if (found.length > 0) return ok(found)
  return fail({ message: `no load balancer may take the Service: ${reasons.join('; ')}`, accepted: all })
}

/** Where it is now, else the one with the fewest rules; one that does not exist yet has none. Of equals the first. */
export function mostEligible(
  names: readonly string[],
  current: string | undefined,
  ruleCounts: ReadonlyMap<string, number>,
): string | undefined {
  const stays = current === undefined ? undefined : names.find((name) => same(name, current))
  if (stays !== undefined) return stays
  const count = (name: string): number => ruleCounts.get(name.toLowerCase()) ?? 0
  return names.toSorted((a, b) => count(a) - count(b))[0]
}
