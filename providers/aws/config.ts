import type { Problem } from '../../src/model/problem.ts'

/** Settings of this provider. All may be left out where the default does. */
export interface AwsConfig {
  /** Default: what the AWS SDK finds in its environment. */
  readonly region?: string
  /** Default: the VPC of the nodes. */
  readonly vpcId?: string
  /** Where both services answer, for tests and private endpoints. Default: AWS, or AWS_ENDPOINT_URL. */
  readonly endpoint?: string
  /** The name in `kubernetes.io/cluster/<name>` tags. Default: the cluster's name. */
  readonly clusterName?: string
  /** Of Services that do not say. cloud-provider-aws makes Classic Load Balancers of them. */
  readonly defaultType: DefaultType
  /** Of Services that do not say. */
  readonly defaultScheme: Scheme
  /** The groups that get the rules for traffic to nodes. Default: found from the nodes. */
  readonly nodeSecurityGroups: readonly string[]
  /** On everything that is made; a Service's own tags outrank them. */
  readonly tags: Readonly<Record<string, string>>
  /** Whether `tags` outrank a Service's own. */
  readonly tagsOutrank: boolean
  /** Keys of tags that somebody else manages: a Service must not set them. */
  readonly externalTags: readonly string[]

  /* What follows holds for load balancers as the AWS Load Balancer Controller makes them. */

  /** Of Services that do not say. */
  readonly defaultTargetType: TargetType
  /** Whether pods may be targets. */
  readonly podTargets: 'allowed' | 'refused'
  /** Of TLS listeners of Services that do not say. Default: ELBSecurityPolicy-2016-08, which is what AWS takes. */
  readonly defaultTlsPolicy?: string
  /** Whether load balancers get security groups of their own. */
  readonly loadBalancerGroups: 'managed' | 'none'
  /** The group that all load balancers are in, and that nodes let in: one that exists instead of ours. */
  readonly backendSecurityGroup?: string
  /** `none`: nodes let in each load balancer's own group instead of a shared one. */
  readonly backendGroup: 'shared' | 'none'
  /** Whether nodes let in what comes from groups that a Service names. */
  readonly manageBackendRules: boolean
  /** Whether nodes let the shared group in on all ports instead of those in use. */
  readonly openBackendRules: boolean
  /** Tags that the groups of the nodes bear, beside that of the cluster. */
  readonly nodeGroupTags: Readonly<Record<string, string>>
  /** How subnets are found: by tag, and where none is tagged by their routes too. */
  readonly subnetDiscovery: 'tags-and-routes' | 'tags'
  /** Whether subnets that are tagged for other clusters only may be taken. */
  readonly subnetsOfOtherClusters: boolean

  /* And this for those as cloud-provider-aws makes them. */

  /** What is asked whether a node is well, without `externalTrafficPolicy: Local`: the node port, or the node's proxy. */
  readonly nodeHealthCheck: 'traffic-port' | 'node-proxy'
}

export type DefaultType = 'nlb' | 'classic'
export type TargetType = 'instance' | 'ip'
export type Scheme = 'internet-facing' | 'internal'

export const defaultConfig: AwsConfig = {
  defaultType: 'nlb',
  defaultScheme: 'internet-facing',
  nodeSecurityGroups: [],
  tags: {},
  tagsOutrank: false,
  externalTags: [],
  defaultTargetType: 'instance',
  podTargets: 'allowed',
  loadBalancerGroups: 'managed',
  backendGroup: 'shared',
  manageBackendRules: false,
  openBackendRules: false,
  nodeGroupTags: {},
  subnetDiscovery: 'tags-and-routes',
  subnetsOfOtherClusters: false,
  nodeHealthCheck: 'traffic-port',
}

interface Rule {
  readonly path: string
  readonly value: string | undefined
  readonly form: RegExp
  readonly accepted: string
}

/** What is wrong with settings that already have the right types. Paths are those of the configuration file. */
export function checkConfig(config: AwsConfig): readonly Problem[] {
  const rules: readonly Rule[] = [
    {
      path: 'aws.region',
      value: config.region,
      form: /^[a-z]{2,}(-[a-z]+)+-\d+$/,
      accepted: 'a region such as us-east-1',
    },
    { path: 'aws.vpcId', value: config.vpcId, form: /^vpc-[0-9a-z]+$/, accepted: 'vpc-...' },
    { path: 'aws.endpoint', value: config.endpoint, form: /^https?:\/\/[^/]+/, accepted: 'an http(s) URL' },
    {
      path: 'aws.backendSecurityGroup',
      value: config.backendSecurityGroup,
      form: /^sg-[0-9a-z]+$/,
      accepted: 'sg-...',
    },
    {
      path: 'aws.defaultTlsPolicy',
      value: config.defaultTlsPolicy,
      form: /^ELBSecurityPolicy-[A-Za-z0-9.-]+$/,
      accepted: 'ELBSecurityPolicy-...',
    },
    ...config.nodeSecurityGroups.map((value, at) => ({
      path: `aws.nodeSecurityGroups[${at}]`,
      value,
      form: /^sg-[0-9a-z]+$/,
      accepted: 'sg-...',
    })),
    ...Object.keys(config.tags).map((value) => ({
      path: `aws.tags[${JSON.stringify(value)}]`,
      value,
      form: /^(?!aws:|lb-controller\.io\/|kubernetes\.io\/cluster\/).{1,128}$/,
      accepted: 'a key of at most 128 characters that is not reserved',
    })),
  ]
  return rules.flatMap(({ path, value, form, accepted }) =>
    value === undefined || form.test(value)
      ? []
      : [
          {
            code: 'LB_CONFIG',
            severity: 'error' as const,
            path,
            value,
            accepted,
            message: `${JSON.stringify(value)} does not have the form that this setting needs`,
          },
        ],
  )
}
