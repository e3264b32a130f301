import type { AwsConfig } from '../../providers/aws/config.ts'
import type { Clock } from '../lib/clock.ts'
import { fail, ok, type Result } from '../lib/result.ts'
import { nearestWord } from '../model/did-you-mean.ts'
import type { Problem } from '../model/problem.ts'
import { plannedProviders, providers } from './names.ts'
import type { Provider } from './provider.ts'

/** The settings of all providers; each takes its own. */
export interface ProviderConfigs {
  readonly aws: AwsConfig
}

export interface ProviderDeps {
  readonly clock: Clock
  /** uid of the kube-system namespace. Absent offline: nothing in any cloud is ours then. */
  readonly clusterUid?: string
}

export type LoadProvider = (
  name: string,
  configs: ProviderConfigs,
  deps: ProviderDeps,
) => Promise<Result<Provider, readonly Problem[]>>

/** One literal import each, so that a bundle holds every provider in a chunk of its own. */
const loaders: Readonly<Record<string, (configs: ProviderConfigs, deps: ProviderDeps) => Promise<Provider>>> =
  {
    aws: async ({ aws }, deps) => (await import('../../providers/aws/index.ts')).createProvider(aws, deps),
  }

export const loadProvider: LoadProvider = async (name, configs, deps) => {
  const load = loaders[name]
  return load === undefined ? fail([whyNot(name)]) : ok(await load(configs, deps))
}

function whyNot(name: string): Problem {
  const accepted = `${providers.join(', ')} (not there yet: ${plannedProviders.join(', ')})`
  const base = {
    code: 'LB_PROVIDER_UNKNOWN',
    severity: 'error',
    path: 'provider',
    value: name,
    accepted,
  } as const
  if (plannedProviders.includes(name)) return { ...base, message: `the provider ${name} is not there yet` }
  const near = nearestWord(name, [...providers, ...plannedProviders])
  return {
    ...base,
    message: `there is no provider ${JSON.stringify(name)}`,
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  }
}
