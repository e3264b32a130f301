import type { Family } from '../../src/model/load-balancer.ts'
import { sharedStack } from './owners.ts'
import type { Wish } from './wish.ts'

/** Names the group on a forwarding rule, which nothing else of the rule tells. */
export const groupLabel = 'lb-controller-group'

export interface RulePlace {
  readonly stack: string
  readonly key: string
  readonly labels: Readonly<Record<string, string>>
}

/** The one rule of a port at the address of a group: a key that two Services cannot both have. */
export const groupRuleKey = (
  scheme: string,
  group: string,
  family: Family,
  transport: string,
  port: string,
): string => `group-${scheme}-${group}/${family}/${transport}/${port}`

/** Where a rule stands: with its Service, or with all rules of the Services that share the address. */
export function rulePlace(
  { settings, scheme, stack }: Wish,
  family: Family,
  { key, transport, port }: { readonly key: string; readonly transport: string; readonly port: number },
): RulePlace {
  const group = settings.group?.value.toLowerCase()
  const labels = settings.labels?.value ?? {}
  if (group === undefined) return { stack, key, labels }
  return {
    stack: sharedStack,
    key: groupRuleKey(scheme, group, family, transport, `${port}`),
    labels: { ...labels, [groupLabel]: group },
  }
}
