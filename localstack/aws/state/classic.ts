import type { HealthCheck, LoadBalancerAttributes } from '@aws-sdk/client-elastic-load-balancing'
import type { LoadBalancer, Tags, Zone } from './records.ts'

export interface ClassicListener {
  readonly port: number
  readonly protocol: string
  readonly instancePort: number
  readonly instanceProtocol: string
  readonly certificate?: string
  readonly policies: readonly string[]
}

export interface ClassicPolicy {
  readonly type: string
  readonly attributes: Readonly<Record<string, string>>
}

/** A Classic Load Balancer, as the older API knows it. */
export interface ClassicLoadBalancer {
  readonly name: string
  /** The owner of its network interfaces; the API itself never shows it. */
  readonly arn: string
  /** In its DNS name. */
  readonly number: number
  readonly scheme: LoadBalancer['scheme']
  readonly vpcId: string
  readonly zones: readonly Zone[]
  readonly securityGroups: readonly string[]
  readonly listeners: readonly ClassicListener[]
  /** By name. */
  readonly policies: Readonly<Record<string, ClassicPolicy>>
  /** Port of the instances -> names of policies. Stays when the last listener for the port goes. */
  readonly backends: Readonly<Record<string, readonly string[]>>
  /** Id -> when its checks have brought it in. */
  readonly instances: Readonly<Record<string, number>>
  readonly healthCheck: HealthCheck
  readonly attributes: LoadBalancerAttributes
  readonly createdAt: number
  readonly tags: Tags
}
