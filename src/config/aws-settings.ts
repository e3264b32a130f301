import { choice, list, map, name, words } from './setting-types.ts'

/** The settings of `providers/aws/config.ts`, which knows what their values must look like. */
export const awsSettings = {
  region: words('the region', 'what the AWS SDK finds in its environment', 'REGION'),
  vpcId: words('the VPC', 'that of the nodes', 'VPC'),
  endpoint: words('where EC2 and ELB answer, for tests and private endpoints', 'AWS', 'URL'),
  clusterName: name('the name in kubernetes.io/cluster/<name> tags', "the cluster's name"),
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
} as const
