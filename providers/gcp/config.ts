import type { Problem } from '../../src/model/problem.ts'

/** What can be switched off, so that objects stay just as an older controller made them. */
export const features = [
  'destination-ranges',
  'discrete-ports',
  'logging',
  'strong-affinity',
  'weighted',
  'zonal-affinity',
] as const
export type Feature = (typeof features)[number]

/** Settings of this provider. All may be left out where the default does. */
export interface GcpConfig {
  /** Part of nothing but sentences: names carry a hash of the cluster's uid. */
  readonly clusterName?: string
  /** Default: the project of the nodes. */
  readonly project?: string
  /** Default: the region of the nodes. */
  readonly region?: string
  /** Name or path of the VPC network. Default: that of the facts, else of the nodes. */
  readonly network?: string
  /** Name of the subnet that internal addresses come from. Default: that of the nodes. */
  readonly subnet?: string
  /** Network tags of the nodes, which firewall rules name. Default: found from the instances. */
  readonly nodeTags: readonly string[]
  /** Of Services that do not say. */
  readonly defaultScheme: 'external' | 'internal'
  /** What backend services send to: a network endpoint group for each Service and zone, or shared instance groups. */
  readonly backends: 'neg' | 'instance-group'
  /** TCP and UDP on one external address: a rule for each protocol, or one rule for everything. */
  readonly mixedProtocols: 'two-rules' | 'l3'
  /** Whether what no firewall rule allows is denied at the load balancer's address, whatever other rules say. */
  readonly denyRules: boolean
  /** Features that are not used. */
  readonly without: readonly string[]
}

export const defaultConfig: GcpConfig = {
  nodeTags: [],
  defaultScheme: 'external',
  backends: 'neg',
  mixedProtocols: 'two-rules',
  denyRules: false,
  without: [],
}

export const has = (config: GcpConfig, feature: Feature): boolean => !config.without.includes(feature)

interface Rule {
  readonly path: string
  readonly value: string | undefined
  readonly form: RegExp
  readonly accepted: string
}

/** What is wrong with settings that already have the right types. Paths are those of the configuration file. */
export function checkConfig(config: GcpConfig): readonly Problem[] {
  const name = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/
  const rules: readonly Rule[] = [
    {
      path: 'gcp.project',
      value: config.project,
      form: /^[a-z][-a-z0-9:.]{4,}[a-z0-9]$/,
      accepted: 'a project id',
    },
    {
      path: 'gcp.region',
      value: config.region,
      form: /^[a-z]+-[a-z]+\d+$/,
      accepted: 'a region such as us-central1',
    },
    { path: 'gcp.subnet', value: config.subnet, form: name, accepted: 'the name of a subnet' },
    ...config.nodeTags.map((value, at) => ({
      path: `gcp.nodeTags[${at}]`,
      value,
      form: name,
      accepted: 'a network tag: small letters, digits and hyphens, 63 at most',
    })),
    ...config.without.map((value, at) => ({
      path: `gcp.without[${at}]`,
      value,
      form: new RegExp(`^(${features.join('|')})$`),
      accepted: features.join(', '),
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
