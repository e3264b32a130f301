import { factOf } from '../../src/provider/facts.ts'
import type { Json } from '../../src/lib/json.ts'
import type { Setting } from '../../src/model/annotations.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { GroupFacts } from './facts.ts'
import { groupsKeyOf } from './lookups.ts'
import type { Wish } from './wish.ts'

interface GroupsNamed {
  readonly groups: readonly Json[]
  readonly problems: readonly Problem[]
}

/** Security groups that an annotation names, by id or by Name tag. What is not known stays as it is named. */
export function groupsNamed(
  { context, vpcId, settings }: Pick<Wish, 'context' | 'vpcId' | 'settings'>,
  named: Setting<readonly string[]> | undefined,
): GroupsNamed {
  if (named === undefined) return { groups: [], problems: [] }
  const fact = factOf<GroupFacts>(context.facts, groupsKeyOf(settings), '')
  const facts = 'value' in fact ? fact.value : undefined
  const problems: Problem[] = []
  const groups: Json[] = []
  for (const text of named.value) {
    const found = find(text, facts)
    const refuse = (message: string, hint: string): void => {
      problems.push(error('LB_SECURITY_GROUP', named.path, message, { value: text, hint }))
    }
    if (found === undefined)
      groups.push(text.startsWith('sg-') ? text : unknown(`the security group ${text}`))
    else if (found.length === 0) refuse(`there is no security group ${text}`, listed(facts, vpcId))
    else if (found.length > 1)
      refuse(`${found.length} security groups are named ${text}: ${found.join(', ')}`, 'use their ids')
    else {
      const [id = ''] = found
      const other = facts?.[id]?.vpcId
      if (other !== undefined && vpcId !== undefined && other !== vpcId)
        refuse(`${id} is a group of ${other}, the load balancer is in ${vpcId}`, listed(facts, vpcId))
      if (groups.includes(id)) refuse(`${id} is named twice`, 'keep one of the two')
      groups.push(id)
    }
  }
  return { groups, problems }
}

/** Ids that fit a text; undefined while nobody knows the groups. */
function find(text: string, facts: GroupFacts | undefined): readonly string[] | undefined {
  if (facts === undefined) return undefined
  if (text.startsWith('sg-')) return text in facts ? [text] : []
  return Object.entries(facts)
    .filter(([, { tags }]) => tags['Name'] === text)
    .map(([id]) => id)
    .toSorted()
}

/** Those that could be meant, of the VPC where that is known. */
function listed(facts: GroupFacts = {}, vpcId?: string): string {
  const fit = Object.entries(facts).filter(([, one]) => vpcId === undefined || (one.vpcId ?? vpcId) === vpcId)
  const all = fit.map(([id, { tags }]) => (tags['Name'] === undefined ? id : `${id} (${tags['Name']})`))
  const more = all.length > 8 ? ` and ${all.length - 8} more` : ''
  return all.length === 0 ? 'the VPC has none' : `there are ${all.toSorted().slice(0, 8).join(', ')}${more}`
}
