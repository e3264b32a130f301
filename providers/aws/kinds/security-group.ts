import { ProviderError } from '../../../src/provider/errors.ts'
import type { Kind, Page, ReadResult } from '../../../src/provider/kind.ts'
import type { SecurityGroupRule } from '../api-ec2.ts'
import { chunks, filterLimit, pagesByToken } from '../pages.ts'
import { clusterTag } from '../tags.ts'
import { observedGroup, securityGroupForm } from './security-group-form.ts'
import type { KindDeps } from './shared.ts'
import { updateRules } from './update-rules.ts'

/** Groups of the nodes, which others made: only our rules in them are ours. */
export function securityGroupKind(deps: KindDeps): Kind {
  return {
    ...securityGroupForm,
    list: (_cursor, signal) => listGroups(deps, signal),
    read: (seen, signal) => readGroup(deps, seen.id, signal),
    find: (want, signal) => readGroup(deps, want.key, signal),
    create: () => Promise.reject(notOurs()),
    update: (seen, want, changes, signal) => updateRules(deps, seen, want, changes.parts, signal),
    delete: () => Promise.reject(notOurs()),
  }
}

const notOurs = (): ProviderError =>
  new ProviderError({
    kind: 'invalid',
    code: 'Foreign',
    op: 'ec2:CreateSecurityGroup',
    sent: 'no',
    message: 'the security groups of nodes are not ours to make or delete',
  })

/**
 * Groups that hold rules of ours, with all their rules: what somebody added by hand beside ours carries no tag, so the
 * tagged rules only tell which groups to look into. A group that holds none any more is absent, which says just that.
 */
async function listGroups(deps: KindDeps, signal: AbortSignal): Promise<Page> {
  const { clock, clusterUid } = deps
  if (clusterUid === undefined) return { items: [] }
  const asOf = clock.now()
  const ours = await rulesWhere(deps, `tag:${clusterTag}`, [clusterUid], signal)
  const ids = [...new Set(ours.map((rule) => rule.GroupId))]
  if (ids.length === 0) return { items: [] }
  const groups = Map.groupBy(await rulesWhere(deps, 'group-id', ids, signal), (rule) => rule.GroupId)
  const items = [...groups].map(([id, rules]) =>
    observedGroup(id, rules, { clusterUid, asOf, depth: 'read' }),
  )
  return { items }
}

async function readGroup(deps: KindDeps, id: string, signal: AbortSignal): Promise<ReadResult | undefined> {
  const asOf = deps.clock.now()
  const rules = await rulesWhere(deps, 'group-id', [id], signal)
  return { object: observedGroup(id, rules, { clusterUid: deps.clusterUid, asOf, depth: 'read' }) }
}

async function rulesWhere(
  { api }: KindDeps,
  filter: string,
  values: readonly string[],
  signal: AbortSignal,
): Promise<readonly SecurityGroupRule[]> {
  const rules = chunks(values, filterLimit).map((Values) =>
    pagesByToken(async (page) => {
      const input = { Filters: [{ Name: filter, Values }], MaxResults: 1000, ...page }
      const answer = await api.call('DescribeSecurityGroupRules', input, signal)
      return { items: answer.SecurityGroupRules ?? [], next: answer.NextToken }
    }),
  )
  return (await Promise.all(rules)).flat()
}
