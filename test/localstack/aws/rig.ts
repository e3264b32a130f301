import type { TestContext } from 'node:test'
import { EC2 } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { CreateLoadBalancerInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { createCloud } from '../../../localstack/aws/cloud.ts'
import type { CloudOptions } from '../../../localstack/aws/cloud.ts'
import { startAws } from '../../../localstack/aws/http.ts'

export const subnet = (zone: 'a' | 'b' | 'c', kind: 'pub' | 'priv' = 'priv'): string =>
  `subnet-0${kind}0${zone}`

/** A cloud behind HTTP and the real SDK clients in front of it; all of it ends with the test. */
export async function startRig(t: TestContext, options: CloudOptions = {}) {
  const clock = new VirtualClock()
  const cloud = createCloud({ clock, ...options })
  const endpoint = await startAws(cloud)
  const config = {
    endpoint: endpoint.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  const ec2 = new EC2(config)
  const elb = new ElasticLoadBalancingV2(config)
  t.after(async () => {
    ec2.destroy()
    elb.destroy()
    await endpoint.close()
  })

  /** An internal NLB in zone a unless told otherwise; the answer is its ARN. */
  async function balancer(name = 'web', input: Partial<CreateLoadBalancerInput> = {}): Promise<string> {
    const { LoadBalancers } = await elb.createLoadBalancer({
      Name: name,
      Type: 'network',
      Scheme: 'internal',
      ...(input.SubnetMappings === undefined ? { Subnets: [subnet('a')] } : {}),
      ...input,
    })
    return LoadBalancers?.[0]?.LoadBalancerArn ?? ''
  }

  async function group(
    name = 'web-80',
    protocol: 'TCP' | 'UDP' | 'TCP_UDP' | 'TLS' = 'TCP',
  ): Promise<string> {
    const { TargetGroups } = await elb.createTargetGroup({
      Name: name,
      Protocol: protocol,
      Port: 30080,
      VpcId: 'vpc-0a1',
    })
    return TargetGroups?.[0]?.TargetGroupArn ?? ''
  }

  async function listener(balancerArn: string, groupArn: string, port = 80): Promise<string> {
    const { Listeners } = await elb.createListener({
      LoadBalancerArn: balancerArn,
      Protocol: 'TCP',
      Port: port,
      DefaultActions: forward(groupArn),
    })
    return Listeners?.[0]?.ListenerArn ?? ''
  }

  return { cloud, clock, url: endpoint.url, ec2, elb, balancer, group, listener }
}

export const forward = (arn: string) => [{ Type: 'forward' as const, TargetGroupArn: arn }]

/** The code AWS refuses with, or "ok". */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    const { Code, code, name } = error as { Code?: string; code?: string; name: string }
    return Code ?? code ?? name
  }
}
