/** A case of the AWS Load Balancer Controller on the road of a dry run: its settings and fakes as ours. */
import { awsAnnotations, awsSettings } from '../../../providers/aws/annotations.ts'
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import type { AwsConfig } from '../../../providers/aws/config.ts'
import { clusterTag, keyTag, serviceTag, uidTag } from '../../../providers/aws/tags.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import { layoutOf } from '../../../providers/aws/layout.ts'
import { claim } from '../../../src/model/claim.ts'
import { fromService } from '../../../src/model/from-service.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import { contribute, type Contributed } from '../../support/plan-service.ts'
import {
  annotationsOf,
  completed,
  type Filling,
  nodeGroupsOf,
  nodesWith,
  subnetFacts,
  typeKey,
  withCertificates,
} from './given.ts'
import { fieldsOf, type Fields, listOf, textOf } from './shapes.ts'

export const controllerClass = 'service.k8s.aws/nlb'

/** A set of the peer's, written as one or as a list. */
export function setOf(value: unknown): readonly string[] {
  const items = Array.isArray(value) ? value : fieldsOf(value)['$set']
  return Array.isArray(items) ? (items as readonly string[]) : []
}

/** Flags and gates of the peer as our settings. */
export function configOf(controller: Fields): Partial<AwsConfig> {
  const gates = fieldsOf(controller['featureGateOverrides'])
  const scheme = controller['defaultLoadBalancerScheme']
  const backend = controller['backendSecurityGroup']
  const policy = controller['defaultSSLPolicy']
  return {
    clusterName: textOf(controller['clusterName']) || 'cluster-name',
    defaultScheme: scheme === 'internet-facing' ? 'internet-facing' : 'internal',
    defaultTargetType: controller['defaultTargetType'] === 'ip' ? 'ip' : 'instance',
    podTargets: controller['enableIPTargetType'] === false ? 'refused' : 'allowed',
    loadBalancerGroups: gates['NLBSecurityGroup'] === false ? 'none' : 'managed',
    backendGroup: controller['enableBackendSG'] === true ? 'shared' : 'none',
    ...(typeof backend === 'string' ? { backendSecurityGroup: backend } : {}),
    ...(typeof policy === 'string' ? { defaultTlsPolicy: policy } : {}),
    manageBackendRules: controller['enableManageBackendSGRules'] === true,
    openBackendRules: controller['disableRestrictedSGRules'] === true,
    tags: fieldsOf(controller['defaultTags']) as Readonly<Record<string, string>>,
    tagsOutrank: gates['EnableDefaultTagsLowPriority'] !== true,
    externalTags: setOf(controller['externalManagedTags']),
  }
}

const anySubnet: Fields = {
  SubnetId: 'subnet-1',
  Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2600:1f13::/64' }],
}

export interface Asked {
  readonly service: unknown
  readonly controller?: Fields
  readonly filling?: Filling
  readonly subnets?: readonly Fields[]
  /** Labels of each node. */
  readonly nodes?: readonly Readonly<Record<string, string>>[]
  readonly vpc?: Fields
  /** Of the load balancers that exist, as the fake listed them. */
  readonly existing?: readonly Fields[]
  /** Id -> name. */
  readonly groups?: Readonly<Record<string, string>>
}

/** The key by which the peer takes a Service, on one that says nothing of it. */
const taken = (service: unknown): Readonly<Record<string, string>> => {
  const annotations = annotationsOf(service)
  const classed = fieldsOf(fieldsOf(service)['spec'])['loadBalancerClass'] !== undefined
  const type = annotations[typeKey]
  if (classed || type === 'external' || type === 'nlb-ip') return {}
  return { [typeKey]: 'external' }
}

/** Annotations with what the peer takes for granted; `instance` as a type is what its tests write for it. */
export function asTheirs(service: unknown, filling: Filling = {}): ServiceObject {
  const whole = completed(service, filling)
  const annotations = { ...whole.metadata.annotations, ...taken(service) }
  return withCertificates({ ...whole, metadata: { ...whole.metadata, annotations } })
}

export function planOf({
  service,
  controller = {},
  filling,
  subnets = [],
  vpc,
  groups,
  nodes: labels = [{}],
  existing = [],
}: Asked): Contributed {
  const whole = asTheirs(service, filling)
  const nodes = nodesWith(labels)
  const blocks = listOf(vpc?.['cidrBlockAssociationSet']).map((one) => textOf(one['CidrBlock']))
  const blocks6 = listOf(vpc?.['ipv6CidrBlockAssociationSet']).map((one) => textOf(one['Ipv6CidrBlock']))
  const blueprint = createBlueprint({ ...configOf(controller), region: 'us-west-2' })
  return contribute(blueprint, whole, {
    cluster: { name: 'cluster-name', uid: 'cluster-uid' },
    nodes,
    observed: existing.flatMap((one) => standing(one, whole)),
    facts: {
      network: {
        vpcId: textOf(controller['vpcID']) || 'vpc-xxx',
        region: 'us-west-2',
        ...(vpc === undefined ? {} : { ranges: [...blocks, ...blocks6] }),
        subnets: subnetFacts(subnets.length > 0 ? subnets : [anySubnet]),
      },
      nodeGroups: nodeGroupsOf(nodes),
      ...(groups === undefined
        ? {}
        : {
            securityGroups: Object.fromEntries(
              Object.entries(groups).map(([id, name]) => [id, { name, tags: { Name: name } }]),
            ),
          }),
    },
  })
}

/** A load balancer that the peer made, as if we had: with our marks in the place of its own. */
function standing(one: Fields, service: ServiceObject): readonly Observed[] {
  const body = fieldsOf(one['LoadBalancer'] ?? one['loadBalancer'] ?? one)
  const { uid = '' } = service.metadata
  const scheme = textOf(body['Scheme']) || 'internal'
  const tags = {
    [clusterTag]: 'cluster-uid',
    [uidTag]: uid,
    [serviceTag]: `${service.metadata.namespace ?? 'default'}/${service.metadata.name}`,
    [keyTag]: scheme,
  }
  const wire = {
    LoadBalancerArn: 'arn',
    LoadBalancerName: 'name',
    DNSName: 'dns',
    Type: 'network',
    AvailabilityZones: [],
    ...body,
    Scheme: scheme,
    Attributes: [],
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  } as unknown as JsonObject
  const form = createBlueprint({}).kinds['load-balancer']
  return form?.observe?.(wire, { name: 'cluster-name', uid: 'cluster-uid' }) ?? []
}

/** Whether the peer's way of taking Services makes this one ours. */
export const isTaken = (service: ServiceObject): boolean =>
  claim(service, {
    loadBalancerClass: controllerClass,
    adopt: true,
    ownsObjects: false,
    foreignFinalizers: [],
  }).is === 'ours'

/** Whether its type or class asks for what the peer makes; undefined where we refuse what it asks for. */
export function isOfController(service: ServiceObject): boolean | undefined {
  const { can } = createBlueprint({})
  const { lb } = fromService(service, { provider: 'aws', table: awsAnnotations, can, origin: 'file' })
  if (lb === undefined) return undefined
  const layout = layoutOf(lb, awsSettings(lb), { defaultType: 'nlb' })
  return layout.balancer === 'network' && layout.style === 'controller'
}
