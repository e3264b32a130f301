/** One step of the peer's model builder: a Service that asks for it, and what is read off the plan. */
import type { Resource } from '../../../src/plan/resource.ts'
import type { Contributed } from '../../support/plan-service.ts'
import type { Compare, Vector } from '../vector.ts'
import { beta } from './given.ts'
import { planOf, type Asked } from './planned.ts'
import { fieldsOf, type Fields, firstOf, textOf, verdict } from './shapes.ts'

export const of = (plan: Contributed, kind: string): readonly Resource[] =>
  plan.resources.filter((one) => one.kind === kind)
export const bodyOf = (plan: Contributed, kind: string): Fields => of(plan, kind)[0]?.spec ?? {}

export const wanted = (one: Vector): unknown =>
  firstOf(fieldsOf(one.expected), 'want', 'wantValue', 'wantTags', 'expected', 'wantManageSGRules')

/** The Service of a case, wherever it stands, with further annotations where it has none of them. */
export function withAnnotations(one: Vector, more: Readonly<Record<string, string>> = {}): Fields {
  const fields = fieldsOf(one.context['fields'])
  const service = fieldsOf(one.service ?? fields['svc'] ?? fields['service'])
  const metadata = fieldsOf(service['metadata'])
  const loose = fieldsOf(one.context['annotations'])
  return {
    ...service,
    metadata: { ...metadata, annotations: { ...more, ...loose, ...fieldsOf(metadata['annotations']) } },
  }
}

/** What a test passes beside the Service counts, whatever the Service says of it. */
export function withAddressType(one: Vector, more: Readonly<Record<string, string>> = {}): Fields {
  const { ipAddressType = one.context['ipAddressType'] } = fieldsOf(one.context['fields'])
  const service = withAnnotations(one, more)
  const metadata = fieldsOf(service['metadata'])
  const said = { [`${beta}ip-address-type`]: textOf(ipAddressType) || 'ipv4' }
  return {
    ...service,
    metadata: { ...metadata, annotations: { ...fieldsOf(metadata['annotations']), ...said } },
  }
}

/** Settings of a case beside its flags. */
export const controllerOf = (one: Vector, more: Fields = {}): Fields => ({
  ...fieldsOf(one.context['fields']),
  ...one.context,
  ...more,
})

/** A plan of the case, with one thing read off it. */
export const read =
  (
    ask: (one: Vector) => Partial<Asked>,
    value: (plan: Contributed, one: Vector) => unknown,
    want: (one: Vector) => unknown = wanted,
  ): Compare =>
  (one) => {
    const plan = planOf({
      service: withAnnotations(one),
      controller: controllerOf(one),
      ...ask(one),
    })
    return verdict(one.expected, { problems: plan.problems, value: value(plan, one) }, want(one))
  }
