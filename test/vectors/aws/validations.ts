/** What cloud-provider-aws refuses, against what we do. */
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import { contribute } from '../../support/plan-service.ts'
import type { Compare, Vector } from '../vector.ts'
import { annotationsOf, completed, nodeGroupsOf, nodesWith, subnetFacts, typeKey } from './given.ts'
import { verdict } from './shapes.ts'

const nodes = nodesWith([{}])
const facts = {
  network: { vpcId: 'vpc-1', region: 'us-west-2', subnets: subnetFacts([{ SubnetId: 'subnet-1' }]) },
  nodeGroups: nodeGroupsOf(nodes),
}

/** Without a type, and with any that it does not know, cloud-provider-aws makes a Classic Load Balancer. */
const kindOf = (one: Vector): string => {
  const type = annotationsOf(one.service)[typeKey]
  return type === 'nlb' || type === 'external' || type === 'nlb-ip' ? type : 'classic'
}

const validated =
  (kind: (one: Vector) => string): Compare =>
  (one) => {
    const service = completed(one.service)
    const annotations = { ...annotationsOf(service), [typeKey]: kind(one) }
    const filled = { ...service, metadata: { ...service.metadata, annotations } }
    const { problems } = contribute(createBlueprint({}), filled, {
      facts,
      nodes,
      cluster: { name: 'c', uid: 'u' },
    })
    return verdict(one.expected, { problems, value: 'accepted' }, 'accepted')
  }

/** The test of attributes asks for them alone, whatever the kind: only network load balancers have them. */
export const validations: Readonly<Record<string, Compare>> = {
  ValidateServiceAnnotations: validated(kindOf),
  ValidateServiceAnnotationTargetGroupAttributes: validated(() => 'nlb'),
}
