import { choice, list, map, name, toggle, words } from './setting-types.ts'

/** The settings of `providers/aws/config.ts`, which knows what their values must look like. */
export const awsSettings = {
  region: words('the region', 'what the AWS SDK finds in its environment', 'REGION'),
  vpcId: words('the VPC', 'that of the nodes', 'VPC'),
  endpoint: words('where EC2 and ELB answer, for tests and private endpoints', 'AWS', 'URL'),
  clusterName: name('the name in kubernetes.io/cluster/<name> tags', "the cluster's name"),
  defaultType: choice(
    ['nlb', 'classic'],
    'the kind of load balancer of Services that do not say: cloud-provider-aws makes `classic` of them',
    'nlb',
  ),
  defaultScheme: choice(
    ['internet-facing', 'internal'],
    'the scheme of Services that do not say',
    'internet-facing',
  ),
  nodeSecurityGroups: list(
    'the security groups that get the rules for traffic to nodes',
    'found from the nodes',
    'IDS',
  ),
  tags: map('tags on everything that is made', 'none', 'TAGS'),
  tagsOutrank: toggle("aws.tags outrank a Service's own"),
  externalTags: list('keys of tags that somebody else manages: a Service must not set them', 'none', 'KEYS'),
  defaultTargetType: choice(
    ['instance', 'ip'],
    'with type `external`, what Services that do not say have as targets',
    'instance',
  ),
  podTargets: choice(['allowed', 'refused'], 'whether pods may be targets', 'allowed'),
  defaultTlsPolicy: words(
    'with type `external`, the TLS policy of Services that do not say',
    'ELBSecurityPolicy-2016-08',
    'POLICY',
  ),
  loadBalancerGroups: choice(
    ['managed', 'none'],
    'with type `external`, whether load balancers get security groups of their own',
    'managed',
  ),
  backendSecurityGroup: words(
    'with type `external`, the group that nodes let in, instead of one that is made',
    'one that is made for the cluster',
    'ID',
  ),
  backendGroup: choice(
    ['shared', 'none'],
    "with type `external`, whether nodes let in one group that all load balancers share, or each one's own",
    'shared',
  ),
  manageBackendRules: toggle(
    'with type `external`, nodes let in what comes from security groups that a Service names',
  ),
  openBackendRules: toggle('with type `external`, nodes let the shared group in on all ports'),
  nodeGroupTags: map('tags of the security groups of the nodes, beside that of the cluster', 'none', 'TAGS'),
  subnetDiscovery: choice(
    ['tags-and-routes', 'tags'],
    'how subnets are found: where none is tagged, by their routes too or not at all',
    'tags-and-routes',
  ),
  subnetsOfOtherClusters: toggle('subnets that are tagged for other clusters only may be taken'),
  nodeHealthCheck: choice(
    ['traffic-port', 'node-proxy'],
    'with type `nlb`, what is asked whether a node is well: the node port, or the node proxy on 10256',
    'traffic-port',
  ),
} as const
