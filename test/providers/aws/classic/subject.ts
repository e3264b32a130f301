import type { Cloud } from '../../../../localstack/aws/cloud.ts'
import type { ClassicLoadBalancer } from '../../../../localstack/aws/state/classic.ts'
import type { Rule } from '../../../../localstack/aws/state/records.ts'
import type { Subject } from '../../../conformance/subject.ts'
import { instanceId } from '../../../support/bed.ts'
import { aws, awsBed } from '../subject.ts'
import { stories } from './stories.ts'

const only = <T>(items: readonly T[]): T => {
  const [item] = items
  if (item === undefined) throw new Error('there is none')
  return item
}

export const balancerIn = (cloud: Cloud): ClassicLoadBalancer => only(cloud.world.classicLoadBalancers.list())

/** What somebody does to the one Classic Load Balancer there is. */
const act = (cloud: Cloud, action: string, more: object) =>
  cloud.byHand('elb', action, { LoadBalancerName: balancerIn(cloud).name, ...more })

/** The rule of its own group that lets clients in. */
const clientRule = ({ world }: Cloud): Rule =>
  only(world.rules.list().filter((rule) => !rule.egress && rule.protocol === 'tcp'))

/** AWS where Services that name no type get Classic Load Balancers, as with cloud-provider-aws. */
export const classic: Subject = {
  ...aws,
  name: 'aws, classic',
  stories,
  make(options = {}) {
    const { bed, cloud, joined, onBreak } = awsBed(options, {}, { defaultType: 'classic' })
    // One that is no node of the cluster.
    cloud.addInstance({ id: instanceId(99) })
    return {
      bed,
      cloud: {
        dump: () => cloud.dump(),
        writes: () => cloud.log.filter((call) => call.mutating).map((call) => call.action),
        reads: () => cloud.log.filter((call) => !call.mutating).length,
        cutNext(call, effect, then) {
          onBreak(then)
          cloud.cutAt({ call, effect })
        },
        uncut() {
          onBreak(() => {})
          cloud.cutAt(undefined)
        },
        nodeJoined: joined,
        trouble(on) {
          cloud.switches.listLag = on ? 5_000 : 0
          cloud.switches.failureShare = on ? 0.1 : 0
          cloud.switches.throttle = on ? { 'elb:write': { rate: 2, burst: 3 } } : {}
        },
        drifts: {
          'listener gone': () => act(cloud, 'DeleteLoadBalancerListeners', { LoadBalancerPorts: [80] }),
          'attribute changed': () =>
            act(cloud, 'ModifyLoadBalancerAttributes', {
              LoadBalancerAttributes: { ConnectionSettings: { IdleTimeout: 300 } },
            }),
          'health check changed': () =>
            act(cloud, 'ConfigureHealthCheck', {
              HealthCheck: { ...balancerIn(cloud).healthCheck, Interval: 15 },
            }),
          'target removed': () =>
            act(cloud, 'DeregisterInstancesFromLoadBalancer', {
              Instances: [{ InstanceId: instanceId(1) }],
            }),
          'target added': () =>
            act(cloud, 'RegisterInstancesWithLoadBalancer', { Instances: [{ InstanceId: instanceId(99) }] }),
          'listener added': () =>
            act(cloud, 'CreateLoadBalancerListeners', {
              Listeners: [{ LoadBalancerPort: 81, Protocol: 'TCP', InstancePort: 30_999 }],
            }),
          'PROXY protocol switched on': () => {
            const PolicyName = 'k8s-proxyprotocol-enabled'
            act(cloud, 'CreateLoadBalancerPolicy', {
              PolicyName,
              PolicyTypeName: 'ProxyProtocolPolicyType',
              PolicyAttributes: [{ AttributeName: 'ProxyProtocol', AttributeValue: 'true' }],
            })
            const InstancePort = only(balancerIn(cloud).listeners).instancePort
            act(cloud, 'SetLoadBalancerPoliciesForBackendServer', { InstancePort, PolicyNames: [PolicyName] })
          },
          'another group': () =>
            act(cloud, 'ApplySecurityGroupsToLoadBalancer', { SecurityGroups: ['sg-0default'] }),
          'a subnet less': () => act(cloud, 'DetachLoadBalancerFromSubnets', { Subnets: ['subnet-0pub0c'] }),
          'rule removed': () => {
            const { groupId, id } = clientRule(cloud)
            cloud.byHand('ec2', 'RevokeSecurityGroupIngress', {
              GroupId: groupId,
              SecurityGroupRuleIds: [id],
            })
          },
          'status cleared': (on) => {
            const web = { namespace: 'shop', name: 'web' }
            on.cluster.patch('services', web, { status: { loadBalancer: null } }, { subresource: 'status' })
          },
        },
      },
    }
  },
}
