/** Sentences of cloud-provider-aws's end-to-end tests about security groups, held against plans of before and after. */
import type { Compare } from '../vector.ts'
import type { Contributed } from '../../support/plan-service.ts'
import { beta, typeKey } from './given.ts'
import { isFrontend } from './our-stack.ts'
import { planOf } from './planned.ts'
import { fieldsOf, type Fields, textOf } from './shapes.ts'

const given = 'sg-given'

interface Plans {
  readonly before: Contributed
  readonly after: Contributed
}

const groupsOf = ({ resources }: Contributed): readonly unknown[] => {
  const groups = resources.find(({ kind }) => kind === 'load-balancer')?.spec['SecurityGroups']
  return Array.isArray(groups) ? groups : []
}

const isManaged = ({ resources }: Contributed): boolean => resources.some(isFrontend)

const checks: readonly (readonly [RegExp, (plans: Plans) => boolean])[] = [
  [/^before: one managed security group/, ({ before }) => isManaged(before) && groupsOf(before).length === 1],
  [/only security group is the given one/, ({ after }) => groupsOf(after).join() === given],
  [/managed security group no longer exists/, ({ after }) => !isManaged(after)],
]

/** A group of its own, and rules on the nodes without a shared one: type external, as set up here. */
function planned(service: Fields, more: Fields): Contributed {
  const metadata = fieldsOf(service['metadata'])
  const annotations = { ...fieldsOf(metadata['annotations']), ...more, [typeKey]: 'external' }
  return planOf({ service: { ...service, metadata: { ...metadata, annotations } } })
}

const transition: Compare = (one) => {
  const set = fieldsOf(fieldsOf(one.context['then'])['setAnnotation'])
  const named = Object.fromEntries(
    Object.entries(set).map(([key, value]) => [
      key,
      key === `${beta}security-groups` ? given : textOf(value),
    ]),
  )
  const service = fieldsOf(one.service)
  const plans = { before: planned(service, {}), after: planned(service, named) }
  const said = fieldsOf(one.expected)['checks']
  return (Array.isArray(said) ? said : []).flatMap((sentence: unknown) => {
    const check = checks.find(([form]) => form.test(textOf(sentence)))?.[1]
    if (check === undefined) return [`no comparison for: ${textOf(sentence)}`]
    return check(plans) ? [] : [`not so: ${textOf(sentence)}`]
  })
}

export const e2e: Readonly<Record<string, Compare>> = { e2e: transition }
