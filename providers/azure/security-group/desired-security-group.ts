import type { Json } from '../../../src/lib/json.ts'
import type { Family, LoadBalancer } from '../../../src/model/load-balancer.ts'
import type { TargetNode } from '../../../src/model/nodes.ts'
import { type Problem, warning } from '../../../src/model/problem.ts'
import { type Resource, unknown } from '../../../src/plan/resource.ts'
import type { AzureSettings } from '../annotations.ts'
import { groupResource } from '../kinds/security-group.ts'
import { addressOf } from '../nodes.ts'
import { type Access, accessOf } from './access.ts'
import { type Destination, rulesFor } from './desired-rules.ts'

interface GroupAsked {
  readonly lb: LoadBalancer
  readonly settings: AzureSettings
  readonly internal: boolean
  /** The name of the security group of the nodes. */
  readonly group: string
  readonly frontends: readonly FrontendAddress[]
  readonly nodes: readonly TargetNode[]
  /** Why the nodes are not known. */
  readonly nodesUnknown?: string | undefined
}

interface FrontendAddress {
  readonly family: Family
  readonly address: Json
  /** Whether packets keep it as their destination. Without that they are for the node itself when the group sees them. */
  readonly floatingIP: boolean
}

interface GroupDesired {
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
  const parts = rulesFor({ owner: lb.owner, access, ports: lb.ports, destinations: destinationsOf(asked) })
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

function destinationsOf(asked: GroupAsked): readonly Destination[] {
  return asked.frontends
    .flatMap(({ family, address, floatingIP }): readonly Destination[] => {
      if (!floatingIP) return nodesOf(asked, family)
      return [{ family, address, arrivesAt: 'port' }]
    })
    .concat(additional(asked))
}

/** Addresses that lead to the nodes by other means, with their packets as they are. */
const additional = ({ settings }: GroupAsked): readonly Destination[] =>
  settings.disableFloatingIP?.value === true
    ? []
    : (settings.additionalPublicIPs?.value ?? []).map(({ family, text }): Destination => ({
        family,
        address: text,
        arrivesAt: 'port',
      }))

function nodesOf({ nodes, nodesUnknown }: GroupAsked, family: Family): readonly Destination[] {
  const arrivesAt = 'nodePort'
  if (nodesUnknown !== undefined)
    return [{ family, address: unknown('the addresses of the nodes'), arrivesAt }]
  return nodes.flatMap((node): Destination[] => {
    const address = addressOf(node, family)
    return address === undefined ? [] : [{ family, address, arrivesAt }]
  })
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
