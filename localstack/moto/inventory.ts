/** What stands in moto's account, asked for by the AWS SDK: not by our client, which is what is tested. */
import * as ec2 from '@aws-sdk/client-ec2'
import * as classic from '@aws-sdk/client-elastic-load-balancing'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import { settingsFor } from './account.ts'

/** In words, sorted: two accounts in the same state read the same. */
export interface Inventory {
  /** `network internet-facing active`. */
  readonly balancers: readonly string[]
  /** `443 HTTPS`. */
  readonly listeners: readonly string[]
  /** `TCP instance 3 targets`. */
  readonly targetGroups: readonly string[]
  /** `k8s-shop-web: tcp/80-80 0.0.0.0/0`, and groups without rules. */
  readonly groups: readonly string[]
}

export function createInventory(url: string): () => Promise<Inventory> {
  const settings = settingsFor(url)
  const network = new elbv2.ElasticLoadBalancingV2Client(settings)
  const old = new classic.ElasticLoadBalancingClient(settings)
  const groups = new ec2.EC2Client(settings)
  return async () => ({
    ...(await balancersIn(network, old)),
    targetGroups: await targetGroupsIn(network),
    groups: await groupsIn(groups),
  })
}

async function balancersIn(
  network: elbv2.ElasticLoadBalancingV2Client,
  old: classic.ElasticLoadBalancingClient,
): Promise<Pick<Inventory, 'balancers' | 'listeners'>> {
  const { LoadBalancers = [] } = await network.send(new elbv2.DescribeLoadBalancersCommand({}))
  const { LoadBalancerDescriptions = [] } = await old.send(new classic.DescribeLoadBalancersCommand({}))
  const listeners = await Promise.all(
    LoadBalancers.map(async ({ LoadBalancerArn }) => {
      const { Listeners = [] } = await network.send(new elbv2.DescribeListenersCommand({ LoadBalancerArn }))
      return Listeners.map(({ Port, Protocol }) => `${Port} ${Protocol}`)
    }),
  )
  const ofClassic = LoadBalancerDescriptions.flatMap(({ ListenerDescriptions = [] }) =>
    ListenerDescriptions.map(({ Listener }) => `${Listener?.LoadBalancerPort} ${Listener?.Protocol}`),
  )
  return {
    balancers: [
      ...LoadBalancers.map(({ Type, Scheme, State }) => `${Type} ${Scheme} ${State?.Code}`),
      ...LoadBalancerDescriptions.map(({ Scheme }) => `classic ${Scheme}`),
    ].toSorted(),
    listeners: [...listeners.flat(), ...ofClassic].toSorted(),
  }
}

async function targetGroupsIn(client: elbv2.ElasticLoadBalancingV2Client): Promise<readonly string[]> {
  const { TargetGroups = [] } = await client.send(new elbv2.DescribeTargetGroupsCommand({}))
  const told = TargetGroups.map(async ({ TargetGroupArn, Protocol, TargetType }) => {
    const health = await client.send(new elbv2.DescribeTargetHealthCommand({ TargetGroupArn }))
    return `${Protocol} ${TargetType} ${health.TargetHealthDescriptions?.length ?? 0} targets`
  })
  return (await Promise.all(told)).toSorted()
}

async function groupsIn(client: ec2.EC2Client): Promise<readonly string[]> {
  const { SecurityGroups = [] } = await client.send(new ec2.DescribeSecurityGroupsCommand({}))
  const names = new Map(SecurityGroups.map(({ GroupId, GroupName }) => [GroupId, GroupName]))
  return SecurityGroups.flatMap(({ GroupName, IpPermissions = [] }) => {
    const rules = IpPermissions.flatMap(({ IpProtocol, FromPort, ToPort, IpRanges, UserIdGroupPairs }) => {
      const peers = [
        ...(IpRanges ?? []).map(({ CidrIp }) => CidrIp),
        ...(UserIdGroupPairs ?? []).map(({ GroupId }) => names.get(GroupId)),
      ]
      return peers.map((peer) => `${GroupName}: ${IpProtocol}/${FromPort}-${ToPort} ${peer}`)
    })
    return rules.length === 0 ? [`${GroupName}:`] : rules
  }).toSorted()
}
