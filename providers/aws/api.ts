import type { ElbCalls } from './api-elb.ts'
import type { Elbv2Calls } from './api-elbv2.ts'
import type { Ec2Calls } from './api-ec2.ts'

/** Every call that this provider makes, in the SDK's own JSON shape, narrowed to the fields that we send and read. */
export type Calls = Elbv2Calls & ElbCalls & Ec2Calls
export type Action = keyof Calls

/** The port. One request each; a refusal is thrown as a ProviderError. */
export interface AwsApi {
  call<A extends Action>(
    action: A,
    input: Calls[A]['input'],
    signal: AbortSignal,
  ): Promise<Calls[A]['output']>
}

interface ActionFacts {
  readonly service: 'ec2' | 'elbv2' | 'elb'
  /** AWS's own name of the call. */
  readonly operation: string
  readonly mutating: boolean
  /** What an IAM policy must allow, the first being the call itself. */
  readonly iam: readonly [string, ...string[]]
}

const elb = (name: string, mutating: boolean, ...more: readonly string[]): ActionFacts => ({
  service: 'elbv2',
  operation: name,
  mutating,
  iam: [`elasticloadbalancing:${name}`, ...more],
})
const ec2 = (name: string, mutating: boolean, ...more: readonly string[]): ActionFacts => ({
  service: 'ec2',
  operation: name,
  mutating,
  iam: [`ec2:${name}`, ...more],
})

/** Both APIs of load balancing are one to IAM. */
const classic = (name: string, mutating: boolean, ...more: readonly string[]): ActionFacts => ({
  ...elb(name, mutating, ...more),
  service: 'elb',
})

const elbTags = 'elasticloadbalancing:AddTags'

/** What the IAM policy in `manifests/` is trimmed to, what a message about a refused call names. */
export const actions: Readonly<Record<Action, ActionFacts>> = {
  CreateLoadBalancer: elb('CreateLoadBalancer', true, elbTags),
  DeleteLoadBalancer: elb('DeleteLoadBalancer', true),
  DescribeLoadBalancers: elb('DescribeLoadBalancers', false),
  DescribeLoadBalancerAttributes: elb('DescribeLoadBalancerAttributes', false),
  ModifyLoadBalancerAttributes: elb('ModifyLoadBalancerAttributes', true),
  SetSubnets: elb('SetSubnets', true),
  SetSecurityGroups: elb('SetSecurityGroups', true),
  SetIpAddressType: elb('SetIpAddressType', true),
  DescribeCapacityReservation: elb('DescribeCapacityReservation', false),
  ModifyCapacityReservation: elb('ModifyCapacityReservation', true),
  DescribeAccountLimits: elb('DescribeAccountLimits', false),
  CreateTargetGroup: elb('CreateTargetGroup', true, elbTags),
  DeleteTargetGroup: elb('DeleteTargetGroup', true),
  DescribeTargetGroups: elb('DescribeTargetGroups', false),
  ModifyTargetGroup: elb('ModifyTargetGroup', true),
  DescribeTargetGroupAttributes: elb('DescribeTargetGroupAttributes', false),
  ModifyTargetGroupAttributes: elb('ModifyTargetGroupAttributes', true),
  RegisterTargets: elb('RegisterTargets', true),
  DeregisterTargets: elb('DeregisterTargets', true),
  DescribeTargetHealth: elb('DescribeTargetHealth', false),
  CreateListener: elb('CreateListener', true, elbTags),
  ModifyListener: elb('ModifyListener', true),
  DeleteListener: elb('DeleteListener', true),
  DescribeListeners: elb('DescribeListeners', false),
  DescribeListenerAttributes: elb('DescribeListenerAttributes', false),
  ModifyListenerAttributes: elb('ModifyListenerAttributes', true),
  DescribeListenerCertificates: elb('DescribeListenerCertificates', false),
  AddListenerCertificates: elb('AddListenerCertificates', true),
  RemoveListenerCertificates: elb('RemoveListenerCertificates', true),
  AddTags: elb('AddTags', true),
  RemoveTags: elb('RemoveTags', true),
  DescribeTags: elb('DescribeTags', false),
  DescribeAddresses: ec2('DescribeAddresses', false),
  DescribeSubnets: ec2('DescribeSubnets', false),
  DescribeRouteTables: ec2('DescribeRouteTables', false),
  DescribeVpcs: ec2('DescribeVpcs', false),
  DescribeInstances: ec2('DescribeInstances', false),
  DescribeSecurityGroups: ec2('DescribeSecurityGroups', false),
  CreateSecurityGroup: ec2('CreateSecurityGroup', true, 'ec2:CreateTags'),
  DeleteSecurityGroup: ec2('DeleteSecurityGroup', true),
  DescribeNetworkInterfaces: ec2('DescribeNetworkInterfaces', false),
  DescribeManagedPrefixLists: ec2('DescribeManagedPrefixLists', false),
  DescribeSecurityGroupRules: ec2('DescribeSecurityGroupRules', false),
  AuthorizeSecurityGroupIngress: ec2('AuthorizeSecurityGroupIngress', true, 'ec2:CreateTags'),
  RevokeSecurityGroupIngress: ec2('RevokeSecurityGroupIngress', true),
  UpdateSecurityGroupRuleDescriptionsIngress: ec2('UpdateSecurityGroupRuleDescriptionsIngress', true),
  ModifySecurityGroupRules: ec2('ModifySecurityGroupRules', true),
  CreateTags: ec2('CreateTags', true),
  DeleteTags: ec2('DeleteTags', true),
  'elb:CreateLoadBalancer': classic('CreateLoadBalancer', true, elbTags),
  'elb:DeleteLoadBalancer': classic('DeleteLoadBalancer', true),
  'elb:DescribeLoadBalancers': classic('DescribeLoadBalancers', false),
  'elb:DescribeLoadBalancerAttributes': classic('DescribeLoadBalancerAttributes', false),
  'elb:ModifyLoadBalancerAttributes': classic('ModifyLoadBalancerAttributes', true),
  'elb:CreateLoadBalancerListeners': classic('CreateLoadBalancerListeners', true),
  'elb:DeleteLoadBalancerListeners': classic('DeleteLoadBalancerListeners', true),
  'elb:SetLoadBalancerListenerSSLCertificate': classic('SetLoadBalancerListenerSSLCertificate', true),
  'elb:SetLoadBalancerPoliciesOfListener': classic('SetLoadBalancerPoliciesOfListener', true),
  'elb:SetLoadBalancerPoliciesForBackendServer': classic('SetLoadBalancerPoliciesForBackendServer', true),
  'elb:CreateLoadBalancerPolicy': classic('CreateLoadBalancerPolicy', true),
  'elb:DeleteLoadBalancerPolicy': classic('DeleteLoadBalancerPolicy', true),
  'elb:ConfigureHealthCheck': classic('ConfigureHealthCheck', true),
  'elb:RegisterInstancesWithLoadBalancer': classic('RegisterInstancesWithLoadBalancer', true),
  'elb:DeregisterInstancesFromLoadBalancer': classic('DeregisterInstancesFromLoadBalancer', true),
  'elb:DescribeInstanceHealth': classic('DescribeInstanceHealth', false),
  'elb:AttachLoadBalancerToSubnets': classic('AttachLoadBalancerToSubnets', true),
  'elb:DetachLoadBalancerFromSubnets': classic('DetachLoadBalancerFromSubnets', true),
  'elb:ApplySecurityGroupsToLoadBalancer': classic('ApplySecurityGroupsToLoadBalancer', true),
  'elb:AddTags': classic('AddTags', true),
  'elb:RemoveTags': classic('RemoveTags', true),
  'elb:DescribeTags': classic('DescribeTags', false),
}
