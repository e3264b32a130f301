import { awsSettings } from './aws-settings.ts'
import { azureSettings } from './azure-settings.ts'
import { gcpSettings } from './gcp-settings.ts'
import { localSettings } from './local-settings.ts'
import { openstackSettings } from './openstack-settings.ts'
import { flagOf, variableOf } from './setting-table.ts'
import {
  bind,
  choice,
  duration,
  integer,
  list,
  name,
  toggle,
  words,
  type SettingSpec,
} from './setting-types.ts'

/**
 * Every setting of the controller. How long a lease lasts is none: 30 s, renewed every 4 s, because the engine counts
 * on a request (8 s) ending before the lease does.
 */
export const controllerSettings = {
  provider: name('the cloud to manage', 'none; it must be given'),
  clusterName: name(
    'the name of this cluster in the cloud, for people; on AWS also that which its subnets and groups are tagged with',
    'kubernetes',
  ),
  loadBalancerClass: words(
    'manage Services of this spec.loadBalancerClass too, beside those without a class',
    'none',
    'CLASS',
  ),
  adopt: toggle('take over Services without a class that another controller has been serving'),
  watchNamespace: name('manage Services of this namespace only', 'all namespaces', 'NAMESPACE'),
  policy: choice(
    ['sync', 'plan-only'],
    'sync carries plans out; plan-only makes and reports them, and changes nothing',
    'sync',
  ),
  kubeconfig: words('the kubeconfig file', 'KUBECONFIG, ~/.kube/config, else the service account', 'FILE'),
  context: words('the context of the kubeconfig', 'its current context', 'NAME'),
  leaseNamespace: name('the namespace of the lease', 'kube-system', 'NAMESPACE'),
  leaseName: name('the name of the lease: one of its holders works, the others wait', 'lb-controller'),
  leaseIdentity: words('the name of this instance on the lease', 'the host name and a random part', 'NAME'),
  listInterval: duration('how often everything of ours in the cloud is listed', '5m', 10_000, '10s'),
  driftPeriod: duration('within what time each object is read in full once', '1h', 60_000, '1m'),
  grace: duration('how long a load balancer that was replaced keeps serving', '10m', 0, '0s'),
  removeOrphans: toggle('remove what of ours in the cloud no Service has any more, once orphanGrace is over'),
  orphanGrace: duration(
    'how long something of ours has had no Service before it is removed',
    '1h',
    60_000,
    '1m',
  ),
  concurrency: integer('how many Services are worked on at once', 8, 1, 64),
  httpAddress: bind('where /healthz, /readyz and /metrics are served', ':8080'),
  pageAddress: bind('where a page is served that shows what the controller does', 'off', 'off'),
  pageHosts: list(
    'host names under which the page may be asked for, beside localhost and addresses of loopback',
    'none',
    'NAMES',
  ),
  logLevel: choice(['debug', 'info', 'warn', 'error'], 'the least important log lines shown', 'info'),
  logFormat: choice(['json', 'text'], 'json for machines, text for people', 'json'),
} as const

/** Each provider's own, under its name in the file. */
export const providerSettings = {
  aws: awsSettings,
  gcp: gcpSettings,
  azure: azureSettings,
  openstack: openstackSettings,
  local: localSettings,
} as const

/** All, by their path in the file. */
export const settings: ReadonlyMap<string, SettingSpec<unknown>> = new Map<string, SettingSpec<unknown>>([
  ...Object.entries(controllerSettings),
  ...Object.entries(providerSettings).flatMap(([provider, specs]) =>
    Object.entries(specs).map(([key, spec]) => [`${provider}.${key}`, spec] as const),
  ),
])

export const envPrefix = 'LB_CONTROLLER_'
export const envOf = (key: string): string => variableOf(key, { envPrefix })
export { flagOf }
