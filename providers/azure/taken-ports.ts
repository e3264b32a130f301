import { isObject, type JsonObject } from '../../src/lib/json.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { Observed } from '../../src/plan/resource.ts'
import { partOf } from './arm.ts'
import { remembered } from './observed-index.ts'
import { ruleKey } from './part-keys.ts'
import type { RuleWish } from './rules.ts'
import type { FamilyWish, Wish } from './wish.ts'

/** What somebody else put on a port of a frontend. */
interface Holder {
  readonly what: string
  readonly frontend: string | undefined
  readonly protocol: string
  readonly from: number
  readonly to: number
}

const numberIn = (body: JsonObject, field: string): number =>
  typeof body[field] === 'number' ? body[field] : -1

/** NAT rules, NAT pools and load balancing rules that no Service made. */
const holdersOn = remembered((balancer: Observed): readonly Holder[] =>
  Object.entries(balancer.parts ?? {}).flatMap(([key, { spec, foreign }]) => {
    const properties = spec['properties']
    if (foreign !== true || !isObject(properties) || !/^(inboundNat|rule\/)/.test(key)) return []
    const frontend = properties['frontendIPConfiguration']
    const single = numberIn(properties, 'frontendPort')
    return {
      what: key,
      frontend: partOf(isObject(frontend) ? frontend['id'] : undefined, 'frontendIPConfigurations'),
      protocol: typeof properties['protocol'] === 'string' ? properties['protocol'] : 'All',
      from: single < 0 ? numberIn(properties, 'frontendPortRangeStart') : single,
      to: single < 0 ? numberIn(properties, 'frontendPortRangeEnd') : single,
    }
  }),
)

/** A port of a frontend that is taken by something which is nobody's here, and so never changed. */
export function takenPorts(
  { loadBalancer }: Wish,
  { frontend }: FamilyWish,
  rules: readonly RuleWish[],
): readonly Problem[] {
  if (loadBalancer.observed === undefined) return []
  const holders = holdersOn(loadBalancer.observed).filter((one) => one.frontend === frontend)
  return rules.flatMap(({ properties, path }) => {
    const { protocol, frontendPort } = properties
    const port = numberIn(properties, 'frontendPort')
    const holder = holders.find(
      (one) =>
        (one.protocol === 'All' || protocol === 'All' || one.protocol === protocol) &&
        (port === 0 || one.from === 0 || (one.from <= port && port <= one.to)),
    )
    if (holder === undefined) return []
    const key = ruleKey(frontend, protocol, frontendPort)
    return [
      error('LB_PART_TAKEN', path, `${key} of load-balancer ${loadBalancer.name} is held by ${holder.what}`, {
        value: String(port),
        accepted: 'a port that nothing else has on this frontend',
        hint: 'somebody made that by hand: use another port, or remove it there first',
      }),
    ]
  })
}
