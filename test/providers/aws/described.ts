import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import { attributeDefaults as balancerDefaults } from '../../../providers/aws/kinds/load-balancer-form.ts'
import { attributeDefaults as targetDefaults } from '../../../providers/aws/kinds/target-group-form.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { asRef } from '../../../src/plan/leaves.ts'
import type { Plan, Step } from '../../../src/plan/plan.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])

const pairs = (map: JsonObject): readonly JsonObject[] =>
  Object.entries(map).map(([Key, Value]) => ({ Key, Value }))

type Named = Pick<Step, 'stack' | 'kind' | 'key'>
const idOf = ({ stack, kind, key }: Named): string => `${kind}/${stack}/${key}`
const groupIdOf = ({ stack, key }: Named): string => `sg-0${`${stack}${key}`.replaceAll(/\W/g, '')}`

/** Refs as AWS has them: the id of what they point at. */
function filled(value: Json): Json {
  const to = asRef(value)
  if (to !== undefined) return to.kind === 'security-group' ? groupIdOf(to) : `arn:${idOf(to)}`
  if (Array.isArray(value)) return value.map((item: Json) => filled(item))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item)]))
}

/** What a file could not know is known by now. */
const known = (value: Json | undefined, made: Json): Json => (isObject(value) ? made : (value ?? made))

/** What AWS answers when asked for everything that a plan made, with what it sets by itself. */
export function describedBy(plan: Plan, cluster: Cluster): readonly Observed[] {
  const { kinds } = createBlueprint({})
  const steps = plan.steps.map((step) => filled(step as unknown as Json) as unknown as Step)
  const listeners = steps.filter(({ kind }) => kind === 'listener').map(listenerBody)
  return steps
    .flatMap((step) => bodyOf(step, listeners))
    .flatMap(({ kind, wire }) => kinds[kind]?.observe?.(wire, cluster) ?? [])
}

interface Body {
  readonly kind: string
  readonly wire: JsonObject
}

function bodyOf(step: Step, listeners: readonly JsonObject[]): readonly Body[] {
  const { kind } = step
  const of: Readonly<Record<string, (step: Step) => JsonObject>> = {
    'load-balancer': (one) => balancerBody(one, listeners),
    'target-group': targetGroupBody,
    'security-group': groupBody,
    'classic-load-balancer': classicBody,
  }
  const describe = of[kind]
  return describe === undefined ? [] : [{ kind, wire: describe(step) }]
}

function balancerBody(step: Step, listeners: readonly JsonObject[]): JsonObject {
  const { Name, Subnets, SubnetMappings, Tags, Attributes, ...rest } = step.after ?? {}
  const arn = `arn:${idOf(step)}`
  const zones = (list(Subnets) as readonly string[]).map((SubnetId): JsonObject => {
    const { SourceNatIpv6Prefix: prefix, ...address } = object(object(SubnetMappings)[SubnetId])
    return {
      SubnetId,
      ZoneName: `zone of ${SubnetId}`,
      LoadBalancerAddresses:
        Object.keys(address).length === 0 ? [] : [{ IpAddress: '203.0.113.9', ...address }],
      ...(prefix === undefined ? {} : { SourceNatIpv6Prefixes: [prefix] }),
    }
  })
  return {
    ...rest,
    LoadBalancerArn: arn,
    LoadBalancerName: Name ?? '',
    DNSName: 'shop.elb.us-east-1.amazonaws.com',
    CanonicalHostedZoneId: 'Z26',
    State: { Code: 'active' },
    VpcId: 'vpc-0prod',
    AvailabilityZones: zones.toReversed(),
    Tags: pairs(object(Tags)),
    Attributes: pairs({ ...balancerDefaults, ...object(Attributes) }),
    Listeners: listeners.filter(({ LoadBalancerArn }) => LoadBalancerArn === arn),
  }
}

const forward = (config: JsonObject): JsonObject => ({
  Type: 'forward',
  Order: 1,
  ForwardConfig: { TargetGroupStickinessConfig: { Enabled: false }, ...config },
})

function listenerBody(step: Step): JsonObject {
  const { Tags, Attributes, DefaultActions, TargetGroupArn = '', ...rest } = step.after ?? {}
  const [asked] = list(DefaultActions)
  return {
    ...rest,
    ListenerArn: `arn:${idOf(step)}`,
    DefaultActions: [
      asked === undefined
        ? { ...forward({ TargetGroups: [{ TargetGroupArn, Weight: 1 }] }), TargetGroupArn }
        : forward(object(object(asked)['ForwardConfig'])),
    ],
    Tags: pairs(object(Tags)),
    Attributes: pairs({ 'tcp.idle_timeout.seconds': '350', ...object(Attributes) }),
  }
}

function targetGroupBody(step: Step): JsonObject {
  const { Name, Tags, Attributes, ...rest } = step.after ?? {}
  return {
    IpAddressType: 'ipv4',
    HealthCheckEnabled: true,
    ...rest,
    Port: known(rest['Port'], 31_999),
    TargetGroupArn: `arn:${idOf(step)}`,
    TargetGroupName: Name ?? '',
    Tags: pairs(object(Tags)),
    Attributes: pairs({ ...targetDefaults, ...object(Attributes) }),
    Targets: (step.parts ?? []).map(({ after = {} }) => ({
      Id: known(after['Id'], '10.0.11.7'),
      Port: after['Port'] === undefined ? known(rest['Port'], 31_999) : known(after['Port'], 31_999),
    })),
  }
}

/** A group that is made has its own id, one of the nodes is known by it. */
function groupBody(step: Step): JsonObject {
  const { Tags, ...rest } = step.after ?? {}
  return {
    ...rest,
    GroupId: step.action === 'create' ? groupIdOf(step) : step.key,
    Tags: pairs(object(Tags)),
    Rules: (step.parts ?? []).map(ruleBody),
  }
}

function ruleBody({ after = {}, owners }: NonNullable<Step['parts']>[number], at: number): JsonObject {
  const { CidrIp, CidrIpv6, ReferencedGroupId, ...rest } = after
  const [holder] = owners
  return {
    ...rest,
    SecurityGroupRuleId: `sgr-${at}`,
    IsEgress: false,
    ...(CidrIp === undefined ? {} : { CidrIpv4: CidrIp }),
    ...(CidrIpv6 === undefined ? {} : { CidrIpv6 }),
    ...(ReferencedGroupId === undefined ? {} : { ReferencedGroupInfo: { GroupId: ReferencedGroupId } }),
    Tags: pairs({
      'lb-controller.io/cluster': '99999999-8888-7777-6666-555555555555',
      'lb-controller.io/service-uid': holder?.uid ?? '',
      'lb-controller.io/service': holder?.name ?? '',
    }),
  }
}

function classicBody(step: Step): JsonObject {
  const { Tags, ...rest } = step.after ?? {}
  const parts = step.parts ?? []
  const under = (start: string): readonly JsonObject[] =>
    parts.flatMap(({ key, after }) => (key.startsWith(start) && after !== undefined ? [after] : []))
  return {
    ...rest,
    DNSName: 'shop.elb.us-east-1.amazonaws.com',
    ListenerDescriptions: under('listener/').map(({ PolicyNames = [], ...Listener }) => ({
      Listener,
      PolicyNames,
    })),
    BackendServerDescriptions: under('backend/'),
    Instances: under('i-'),
    PolicyDescriptions: under('policy/'),
    Tags: pairs(object(Tags)),
  }
}
