import { type Problem } from '../../../src/model/problem.ts'
import { type Resource, unknown } from '../../../src/plan/resource.ts'
import { served } from '../nodes.ts'
import type { Wish } from '../wish.ts'
import { desiredSecurityGroup as desiredFrom } from './desired-security-group.ts'

interface Decided {
  readonly resources: readonly Resource[]
  readonly problems: readonly Problem[]
}

const unknownGroup = '<security group>'

/** One Service's rules in the security group of the nodes. */
export function desiredSecurityGroup(wish: Wish): Decided {
  const { lb, settings, internal, context, config, families, place } = wish
  const { resource, problems } = desiredFrom({
    lb,
    settings,
    internal,
    group: config.securityGroup ?? unknownGroup,
    frontends: families,
    nodes: context.nodes.filter((node) => served(node, place.scope.resourceGroup)),
    nodesUnknown: context.nodesUnknown,
  })
  if (resource === undefined) return { resources: [], problems }
  const known = config.securityGroup !== undefined
  const spec = known ? {} : { name: unknown('the security group of the nodes; azure.securityGroup names it') }
  return { resources: [{ ...resource, spec }], problems }
}
