import { located, type ConfigInput } from './given.ts'
import { hasErrors, readSettings } from './load.ts'
import type { Located } from './located.ts'
import { nodeProxyTable, type NodeProxyConfig } from './node-proxy-settings.ts'
import { unknownEnv } from './unknown-env.ts'

export interface LoadedNodeProxy {
  /** Absent when a problem is an error. */
  readonly config?: NodeProxyConfig
  readonly problems: readonly Located[]
}

/** As `loadConfig`, for the node proxy. */
export function loadNodeProxyConfig(input: ConfigInput): LoadedNodeProxy {
  const { values, places, problems } = readSettings(nodeProxyTable, input)
  const config = values as unknown as NodeProxyConfig
  const found = [...problems, ...unknownEnv(nodeProxyTable, input)]
  if (config.detectLocal === 'cluster-cidr' && config.clusterCidr === undefined && !places.has('clusterCidr'))
    found.push(
      located(places.get('detectLocal') ?? {}, {
        code: 'LB_CONFIG',
        severity: 'error',
        path: 'detectLocal',
        message: 'detectLocal is cluster-cidr, and clusterCidr is not given',
        value: 'cluster-cidr',
        hint: 'say --cluster-cidr 10.244.0.0/16 with the ranges of your pods',
      }),
    )
  return hasErrors(found) ? { problems: found } : { config, problems: found }
}
