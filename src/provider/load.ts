import type { Clock } from '../lib/clock.ts'
import { fail, ok, type Result } from '../lib/result.ts'
import { nearestWord } from '../model/did-you-mean.ts'
import type { Problem } from '../model/problem.ts'
import type { Blueprint } from './blueprint.ts'
import type { ProviderConfigs } from './configs.ts'
import { liveProviders, providers } from './names.ts'
import type { Provider } from './provider.ts'
import type { ReadSecret } from './secrets.ts'

interface ProviderDeps {
  readonly clock: Clock
  /** uid of the kube-system namespace. Absent offline: nothing in any cloud is ours then. */
  readonly clusterUid?: string
  /** Absent where there is no cluster to read from. */
  readonly readSecret?: ReadSecret
}

type LoadProvider = (
  name: string,
  configs: ProviderConfigs,
  deps: ProviderDeps,
) => Promise<Result<Provider, readonly Problem[]>>

export type LoadBlueprint = (
  name: string,
  configs: ProviderConfigs,
) => Promise<Result<Blueprint, readonly Problem[]>>

/* One literal import each, so that a bundle holds every provider in a chunk of its own. */

const blueprints: Readonly<Record<string, (configs: ProviderConfigs) => Promise<Blueprint>>> = {
  aws: async ({ aws }) => (await import('../../providers/aws/blueprint.ts')).createBlueprint(aws),
  gcp: async ({ gcp }) => (await import('../../providers/gcp/blueprint.ts')).createBlueprint(gcp),
  azure: async ({ azure }) => (await import('../../providers/azure/blueprint.ts')).createBlueprint(azure),
  openstack: async ({ openstack }) =>
    (await import('../../providers/openstack/blueprint.ts')).createBlueprint(openstack),
  local: async ({ local }) => (await import('../../providers/local/blueprint.ts')).createBlueprint(local),
}

const live: Readonly<Record<string, (configs: ProviderConfigs, deps: ProviderDeps) => Promise<Provider>>> = {
  aws: async ({ aws }, deps) => (await import('../../providers/aws/index.ts')).createProvider(aws, deps),
  local: async ({ local }, deps) =>
    (await import('../../providers/local/index.ts')).createProvider(local, deps),
}

/** What planning for a cloud needs. */
export const loadBlueprint: LoadBlueprint = async (name, configs) => {
  const load = Object.hasOwn(blueprints, name) ? blueprints[name] : undefined
  return load === undefined ? fail([whyNot(name, providers)]) : ok(await load(configs))
}

/** What working on a cloud needs. */
export const loadProvider: LoadProvider = async (name, configs, deps) => {
  const load = Object.hasOwn(live, name) ? live[name] : undefined
  return load === undefined ? fail([whyNot(name, liveProviders)]) : ok(await load(configs, deps))
}

function whyNot(name: string, able: readonly string[]): Problem {
  const later = providers.filter((one) => !able.includes(one))
  const base = {
    code: 'LB_PROVIDER_UNKNOWN',
    severity: 'error',
    path: 'provider',
    value: name,
    accepted: `${able.join(', ')}${later.length === 0 ? '' : ` (not there yet: ${later.join(', ')})`}`,
  } as const
  if (later.includes(name))
    return {
      ...base,
      message: `${name} can be planned, with dry-run, but not run yet`,
    }
  const near = nearestWord(name, able)
  return {
    ...base,
    message: `there is no provider ${JSON.stringify(name)}`,
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  }
}
