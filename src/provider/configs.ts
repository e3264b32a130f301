import * as aws from '../../providers/aws/config.ts'
import * as azure from '../../providers/azure/config.ts'
import * as gcp from '../../providers/gcp/config.ts'
import * as local from '../../providers/local/config.ts'
import * as openstack from '../../providers/openstack/config.ts'
import type { Problem } from '../model/problem.ts'

/** The settings of all providers; each takes its own. */
export interface ProviderConfigs {
  readonly aws: aws.AwsConfig
  readonly gcp: gcp.GcpConfig
  readonly azure: azure.AzureConfig
  readonly openstack: openstack.OpenStackConfig
  readonly local: local.LocalConfig
}

export const defaultConfigs: ProviderConfigs = {
  aws: aws.defaultConfig,
  gcp: gcp.defaultConfig,
  azure: azure.defaultConfig,
  openstack: openstack.defaultConfig,
  local: local.defaultConfig,
}

/** What is wrong with settings that already have the right types. */
export const checkConfigs = (configs: ProviderConfigs): readonly Problem[] => [
  ...aws.checkConfig(configs.aws),
  ...gcp.checkConfig(configs.gcp),
  ...azure.checkConfig(configs.azure),
  ...openstack.checkConfig(configs.openstack),
  ...local.checkConfig(configs.local),
]
