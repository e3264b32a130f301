import type { ProviderConfigs } from '../provider/configs.ts'
import { envPrefix, providerSettings, settings, type controllerSettings } from './settings.ts'
import type { SettingTable } from './setting-table.ts'
import type { SettingSpec } from './setting-types.ts'

type Specs = typeof controllerSettings
type Value<Name extends keyof Specs> = Specs[Name] extends SettingSpec<infer T> ? T : never

const withoutDefault = [
  'provider',
  'loadBalancerClass',
  'watchNamespace',
  'kubeconfig',
  'context',
  'leaseIdentity',
] as const
type Optional = (typeof withoutDefault)[number]

/** The settings of a run, complete. Durations are in milliseconds. */
export type Config = {
  readonly [Name in Exclude<keyof Specs, Optional>]: Value<Name>
} & { readonly [Name in Optional]?: Value<Name> } & ProviderConfigs

/** Settings whose default is decided where they are used, or nothing. */
export const optional: ReadonlySet<string> = new Set<string>([
  ...withoutDefault,
  'aws.region',
  'aws.vpcId',
  'aws.endpoint',
  'aws.clusterName',
  'aws.defaultTlsPolicy',
  'aws.backendSecurityGroup',
  'gcp.clusterName',
  'gcp.project',
  'gcp.region',
  'gcp.network',
  'gcp.subnet',
  'azure.clusterName',
  'azure.subscription',
  'azure.resourceGroup',
  'azure.location',
  'azure.virtualNetwork',
  'azure.virtualNetworkResourceGroup',
  'azure.subnet',
  'azure.securityGroup',
  'azure.securityGroupResourceGroup',
  'azure.loadBalancerName',
  'openstack.clusterName',
  'openstack.lbMethod',
  'openstack.floatingNetworkId',
  'openstack.floatingSubnetId',
  'openstack.floatingSubnet',
  'openstack.floatingSubnetTags',
  'openstack.networkId',
  'openstack.subnetId',
  'openstack.memberSubnetId',
  'openstack.timeoutClientData',
  'openstack.timeoutMemberConnect',
  'openstack.timeoutMemberData',
  'openstack.timeoutTcpInspect',
  'local.certificateFolder',
])

export const controllerTable: SettingTable = {
  settings,
  optional,
  groups: new Set(Object.keys(providerSettings)),
  envPrefix,
  fileEnv: `${envPrefix}CONFIG`,
  command: 'run',
}
