import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { type AzureKeyed, azureKeyed, type AzureSettings, azureSettings } from './annotations.ts'
import type { AzureConfig } from './config.ts'
import { stemOf } from './names.ts'
import { type Place, placeOf } from './place.ts'

/** A Service with all that its wish is decided from. */
export interface WishBase {
  readonly lb: LoadBalancer
  readonly settings: AzureSettings
  readonly keyed: AzureKeyed
  readonly context: Context
  readonly config: AzureConfig
  readonly clusterName: string
  readonly place: Place
  /** `a<uid>`, with which the names of this Service's objects begin. */
  readonly stem: string
  readonly internal: boolean
}

export function wishBase(lb: LoadBalancer, context: Context, config: AzureConfig): WishBase {
  const settings = azureSettings(lb)
  return {
    lb,
    settings,
    keyed: azureKeyed(lb),
    context,
    config,
    clusterName: config.clusterName ?? (context.cluster.name === '' ? 'kubernetes' : context.cluster.name),
    place: placeOf(context, config),
    stem: stemOf(lb),
    internal: settings.internal?.value ?? false,
  }
}
