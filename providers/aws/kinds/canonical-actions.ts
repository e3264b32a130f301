import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import { objectsOf } from '../../../src/lib/json-fields.ts'

/**
 * Where a listener leads: to one target group by `TargetGroupArn`, to several or with stickiness by `DefaultActions`,
 * without what AWS puts in by itself. Never both, so that a change from one to the other shows.
 */
export function canonicalActions(spec: JsonObject): JsonObject {
  const config = objectsOf(spec['DefaultActions'])[0]?.['ForwardConfig']
  if (!isObject(config)) return spec
  const { DefaultActions: _actions, TargetGroupArn: _first, ...rest } = spec
  const sticky = config['TargetGroupStickinessConfig']
  const sticks = isObject(sticky) && sticky['Enabled'] === true
  const groups = objectsOf(config['TargetGroups'])
  const [only] = groups
  if (groups.length === 1 && !sticks) return { ...rest, TargetGroupArn: only?.['TargetGroupArn'] ?? '' }
  const ForwardConfig: JsonObject = {
    TargetGroups: groups.map((group) => ({ ...group, Weight: group['Weight'] ?? 1 })),
    ...(sticks ? { TargetGroupStickinessConfig: sticky } : {}),
  }
  return { ...rest, DefaultActions: [{ Type: 'forward', ForwardConfig }] }
}
