import { destinationsOf, nameOf } from '../../../providers/azure/security-group/rule.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import type { PartChange } from '../../../src/plan/resource.ts'

/** Steps in the order of the plan, each with what it changes. */
export const shown = ({ steps }: Plan): readonly string[] =>
  steps.map(({ action, kind, key, fields = [], parts = [], outage, hold }) => {
    const changes = [
      ...(action === 'update' ? fields.map(({ path }) => path) : []),
      ...(action === 'delete' ? [] : parts.map((part) => `${part.action} ${partOf(part)}`)),
      ...(outage === undefined ? [] : ['outage']),
      ...(hold === undefined ? [] : ['hold']),
    ]
    return `${action} ${kind} ${key}${changes.length === 0 ? '' : `: ${changes.join(', ')}`}`
  })

const to = (spec: PartChange['after']) =>
  destinationsOf(spec ?? {}).map((one) => (typeof one === 'string' ? one : '<address>'))

function partOf({ key, before, after }: PartChange): string {
  return key.startsWith('k8s-azure-lb') || nameOf(after ?? {}).startsWith('k8s')
    ? `${key.replace(/_[0-9a-f]{32}/, '')} ${[to(before), to(after)].map((list) => `[${list.join(' ')}]`).join('>')}`
    : key.replaceAll(/a0+(\d)22224333\d+/g, 'a$1')
}
