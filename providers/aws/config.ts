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
  /** Of Services that do not say. */
  readonly defaultScheme: Scheme
  /** The groups that get the rules for traffic to nodes. Default: found from the nodes. */
  readonly nodeSecurityGroups: readonly string[]
  /** On everything that is made; a Service's own tags outrank them. */
  readonly tags: Readonly<Record<string, string>>
}

export type Scheme = 'internet-facing' | 'internal'

export const defaultConfig: AwsConfig = {
  defaultScheme: 'internet-facing',
  nodeSecurityGroups: [],
  tags: {},
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
