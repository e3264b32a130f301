import { error, type Problem } from '../../src/model/problem.ts'
import type { LabelSelector } from './selectors.ts'

/** One of several standard load balancers. */
export interface LoadBalancerConfig {
  readonly name: string
  /** Its nodes first of all: the scale set or availability set that they are in. */
  readonly primaryVMSet?: string
  /** Whether new Services may come. Default true. */
  readonly allowServicePlacement?: boolean
  readonly serviceLabelSelector?: LabelSelector
  readonly serviceNamespaceSelector?: LabelSelector
  readonly nodeSelector?: LabelSelector
}

/** Settings of this provider. All may be left out where the default does. */
export interface AzureConfig {
  /** In names and tags. Default: the cluster's name. */
  readonly clusterName?: string
  readonly subscription?: string
  readonly resourceGroup?: string
  readonly location?: string
  /** Where the virtual network, its subnets and the security group are not in `resourceGroup`. */
  readonly virtualNetwork?: string
  readonly virtualNetworkResourceGroup?: string
  /** Of internal frontends and private links that name none. */
  readonly subnet?: string
  readonly securityGroup?: string
  readonly securityGroupResourceGroup?: string
  /** Default: the cluster's name. */
  readonly loadBalancerName?: string
  readonly loadBalancerSku: 'standard' | 'basic'
  /** With these, Services are spread over several standard load balancers; one has to be named as the cluster. */
  readonly loadBalancers: readonly LoadBalancerConfig[]
  /** On everything that is made. */
  readonly tags: Readonly<Record<string, string>>
  readonly disableOutboundSnat: boolean
  /** `shared`: one probe of the node proxy serves all Services with externalTrafficPolicy Cluster. */
  readonly clusterProbe: 'per-port' | 'shared'
  readonly sharedProbePort: number
  readonly sharedProbePath: string
  /** Whether `appProtocol: http` of a port makes its probe ask for `/` (as the controller for Azure does). */
  readonly probesFollowAppProtocol: boolean
  /** Whether IP tags of a public IP are changed in place rather than by another address. */
  readonly changeIPTags: boolean
}

export const defaultConfig: AzureConfig = {
  loadBalancerSku: 'standard',
  loadBalancers: [],
  tags: {},
  disableOutboundSnat: false,
  clusterProbe: 'per-port',
  sharedProbePort: 10_256,
  sharedProbePath: '/healthz',
  probesFollowAppProtocol: false,
  changeIPTags: false,
}

/** What is wrong with settings that already have the right types. Paths are those of the configuration file. */
export function checkConfig(config: AzureConfig): readonly Problem[] {
  const problems: Problem[] = []
  const bad = (path: string, value: string, accepted: string, message: string): void => {
    problems.push(error('LB_CONFIG', `azure.${path}`, message, { value, accepted }))
  }
  const seen = new Set<string>()
  for (const [at, { name }] of config.loadBalancers.entries()) {
    const folded = name.toLowerCase()
    if (seen.has(folded))
      bad(`loadBalancers[${at}]`, name, 'each name once', `two load balancers are named ${name}`)
    if (folded.endsWith('-internal'))
      bad(
        `loadBalancers[${at}]`,
        name,
        'a name without -internal',
        '-internal marks the internal twin of each load balancer',
      )
    seen.add(folded)
  }
  if (config.loadBalancers.length > 0 && config.loadBalancerSku === 'basic')
    bad('loadBalancerSku', 'basic', 'standard', 'only standard load balancers can be several')
  const own = config.clusterName?.toLowerCase()
  if (config.loadBalancers.length > 0 && own !== undefined && !seen.has(own))
    bad(
      'loadBalancers',
      config.loadBalancers.map(({ name }) => name).join(', '),
      `one named ${config.clusterName}`,
      'one of the load balancers has to be named as the cluster: nodes without a choice join it',
    )
  if (!config.sharedProbePath.startsWith('/'))
    bad('sharedProbePath', config.sharedProbePath, 'a path that begins with "/"', 'this is no path')
  return problems
}
