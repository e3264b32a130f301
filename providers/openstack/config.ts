import type { Problem } from '../../src/model/problem.ts'

/** Settings of this provider. All may be left out where the default does. */
export interface OpenStackConfig {
  /** In names and tags. Default: the cluster's name. */
  readonly clusterName?: string
}

export const defaultConfig: OpenStackConfig = {}

/** What is wrong with settings that already have the right types. Paths are those of the configuration file. */
export const checkConfig = (_config: OpenStackConfig): readonly Problem[] => []
