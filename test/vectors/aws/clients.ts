/** Which clients the load balancer's own group lets in, and whether the targets see their addresses. */
import type { Resource } from '../../../src/plan/resource.ts'
import type { Compare } from '../vector.ts'
import { beta, nodeGroup, targetTypeKey } from './given.ts'
import { isFrontend, ourRules } from './our-stack.ts'
import { distinct, rangeText } from './peer-form.ts'
import { planOf } from './planned.ts'
import { fieldsOf, listOf, textOf, verdict } from './shapes.ts'
import { read, wanted, withAddressType } from './single.ts'

const rangesOf = ({ parts }: Resource): readonly unknown[] =>
  Object.values(parts ?? {}).flatMap(({ spec }) => spec['CidrIp'] ?? spec['CidrIpv6'] ?? [])

const ranges = read(
  (one) => {
    const listed = fieldsOf(one.context['fields'])['prefixListsConfigured'] === true
    return {
      service: withAddressType(one, listed ? { [`${beta}security-group-prefix-lists`]: 'pl-1' } : {}),
    }
  },
  (plan) => distinct(plan.resources.filter(isFrontend).flatMap(rangesOf)),
  (one) => {
    const list = wanted(one)
    return distinct((Array.isArray(list) ? list : []).map((range) => rangeText(textOf(range))))
  },
)

/** Without a group the nodes let in clients where these are seen, and the load balancer's subnets where not. */
const preserves: Compare = (one) => {
  const attributes = listOf(one.context['tgAttrs'])
    .map(({ key, value }) => `${textOf(key)}=${textOf(value)}`)
    .join(',')
  const plan = planOf({
    service: {
      metadata: {
        annotations: {
          [targetTypeKey]: textOf(one.context['targetType']),
          [`${beta}scheme`]: 'internet-facing',
          ...(attributes === '' ? {} : { [`${beta}target-group-attributes`]: attributes }),
        },
      },
    },
    controller: { featureGateOverrides: { NLBSecurityGroup: false } },
  })
  const rules = plan.resources.filter(({ key }) => key === nodeGroup).flatMap(({ parts }) => ourRules(parts))
  const value = rules.some((rule) => rule.endsWith(' 0.0.0.0/0'))
  return verdict(one.expected, { problems: plan.problems, value }, wanted(one))
}

export const clients: Readonly<Record<string, Compare>> = {
  buildCIDRsFromSourceRanges_buildCIDRsFromSourceRanges: ranges,
  buildPreserveClientIPFlag: preserves,
}
