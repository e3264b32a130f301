import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { objectsOf } from '../../../src/lib/json-fields.ts'
import { refsIn } from '../../../src/plan/leaves.ts'
import { refKey, type Ref, type Resource } from '../../../src/plan/resource.ts'
import type { Form } from '../../../src/provider/form.ts'

/** AWS takes so many target groups in one action. */
const mostGroups = 5

/** What target groups must have in common to stand behind one listener. */
const alike = ['IpAddressType', 'VpcId'] as const

/**
 * A listener whose target group is replaced: new connections go where they went, and the new group is there with weight
 * 0. A group that a listener names is checked, whatever its weight.
 */
export const meanwhileListener: NonNullable<Form['meanwhile']> = (now, before, find) => {
  if (now.spec['Protocol'] !== before.spec['Protocol']) return undefined
  const old = tuplesOf(before.spec)
  const known = new Set(old.map(nameOf))
  const fresh = tuplesOf(now.spec).filter((tuple) => !known.has(nameOf(tuple)))
  if (fresh.length === 0) return undefined
  const groups = [...old, ...fresh.map((tuple) => ({ ...tuple, Weight: 0 }))]
  if (groups.length > mostGroups || !fit(groups, find)) return undefined
  const { TargetGroupArn: _one, DefaultActions: _several, ...rest } = now.spec
  const sticky = configOf(before.spec)['TargetGroupStickinessConfig']
  const ForwardConfig: JsonObject = {
    TargetGroups: groups,
    ...(sticky === undefined ? {} : { TargetGroupStickinessConfig: sticky }),
  }
  const { TargetGroupArn: origin, ...origins } = now.origins ?? {}
  return {
    ...now,
    spec: { ...rest, DefaultActions: [{ Type: 'forward', ForwardConfig }] },
    origins: { ...origins, ...(origin === undefined ? {} : { DefaultActions: origin }) },
  }
}

function configOf(spec: JsonObject): JsonObject {
  const config = objectsOf(spec['DefaultActions'])[0]?.['ForwardConfig']
  return isObject(config) ? config : {}
}

function tuplesOf(spec: JsonObject): readonly JsonObject[] {
  const one = spec['TargetGroupArn']
  const tuples = one === undefined ? objectsOf(configOf(spec)['TargetGroups']) : [{ TargetGroupArn: one }]
  return tuples.map((tuple) => ({ ...tuple, Weight: tuple['Weight'] ?? 1 }))
}

/** Of a group of ours what it is, of any other its ARN. */
function nameOf({ TargetGroupArn: to }: JsonObject): Json | undefined {
  const [own] = refsIn(to)
  return own === undefined ? to : refKey(own)
}

function fit(groups: readonly JsonObject[], find: (to: Ref) => Resource | undefined): boolean {
  const ours = groups.flatMap((tuple) => refsIn(tuple).flatMap((to) => find(to) ?? []))
  return alike.every((field) => new Set(ours.map(({ spec }) => spec[field])).size < 2)
}
