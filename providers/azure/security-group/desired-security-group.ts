import { parseAddress } from '../../../src/lib/ip.ts'
import type { LoadBalancer } from '../../../src/model/load-balancer.ts'
import type { TargetNode } from '../../../src/model/nodes.ts'
import { type Problem, warning } from '../../../src/model/problem.ts'
import { type Resource, unknown } from '../../../src/plan/resource.ts'
import type { AzureSettings } from '../annotations.ts'
import { groupResource } from '../kinds/security-group.ts'
import { type Access, accessOf } from './access.ts'
import { type Destination, rulesFor } from './desired-rules.ts'

export interface GroupAsked {
  readonly lb: LoadBalancer
  readonly settings: AzureSettings
  readonly internal: boolean
  /** The name of the security group of the nodes. */
  readonly group: string
  /** The addresses of the frontends. */
  readonly frontends: readonly Destination[]
  readonly nodes: readonly TargetNode[]
  /** Why the nodes are not known. */
  readonly nodesUnknown?: string | undefined
}

export interface GroupDesired {
  /** Undefined where this Service needs no rule in the group. */
  readonly resource?: Resource
  readonly problems: readonly Problem[]
}

/** Lets clients through the security group of the nodes. */
export function desiredSecurityGroup(asked: GroupAsked): GroupDesired {
  const { lb, settings } = asked
  const access = accessFor(lb, settings, asked.internal)
  const disabled = settings.disableSecurityRules
  if (disabled?.value === true) {
    const problems = access.problems.filter(({ severity }) => severity === 'error')
    return { problems: [...problems, ...leftAlone(disabled.path, access)] }
  }
  const { problems } = access
  const kept = settings.disableFloatingIP?.value !== true
  const parts = rulesFor({
    owner: lb.owner,
    access,
    ports: lb.ports,
    arrivesAt: kept ? 'port' : 'nodePort',
    destinations: kept ? frontendsOf(asked) : nodesOf(asked),
  })
  if (Object.keys(parts).length === 0) return { problems }
  return { resource: { ...groupResource(asked.group), parts, owners: [lb.owner] }, problems }
}

export const accessFor = (lb: LoadBalancer, settings: AzureSettings, internal: boolean): Access =>
  accessOf({
    sourceRanges: lb.sourceRanges,
    allowedRanges: settings.allowedRanges,
    serviceTags: settings.allowedServiceTags,
    denyRest: settings.denyAllExceptRanges,
    internal,
    families: lb.families,
  })

function frontendsOf({ frontends, settings }: GroupAsked): readonly Destination[] {
  const more = settings.additionalPublicIPs?.value ?? []
  return [...frontends, ...more.map(({ family, text }): Destination => ({ family, address: text }))]
}

/** Without floating IP a packet is for the node itself when the group looks at it. */
function nodesOf({ lb, nodes, nodesUnknown }: GroupAsked): readonly Destination[] {
  if (nodesUnknown !== undefined)
    return lb.families.map((family) => ({ family, address: unknown('the addresses of the nodes') }))
  return nodes.flatMap(({ addresses }) =>
    addresses
      .filter(({ type }) => type === 'InternalIP')
      .flatMap(({ address }): Destination[] => {
        const parsed = parseAddress(address)
        if (!parsed.ok || !lb.families.includes(parsed.value.family)) return []
        return [{ family: parsed.value.family, address: parsed.value.text }]
      }),
  )
}

/** Who wrote sources and also wants no rules gets no rules: nothing here holds the sources then. */
function leftAlone(path: string, { ranges, tags }: Access): readonly Problem[] {
  const asked = [...ranges.IPv4, ...ranges.IPv6, ...tags.filter((tag) => tag !== 'Internet')]
  if (asked.length === 0) return []
  return [
    warning(
      'LB_SECURITY_RULES_DISABLED',
      path,
      'the security group is left alone, so it keeps nobody to the sources that the Service names',
      { value: 'true', hint: 'see that rules of your own hold them, or remove this annotation' },
    ),
  ]
}
