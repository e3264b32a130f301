import type { Clock } from '../../src/lib/clock.ts'
import { ProviderError } from '../../src/provider/errors.ts'
import type { Provider } from '../../src/provider/provider.ts'
import type { ReadSecret } from '../../src/provider/secrets.ts'
import type { LocalApi } from './api.ts'
import { createBlueprint } from './blueprint.ts'
import { createClient } from './client.ts'
import { defaultConfig, type LocalConfig } from './config.ts'
import { opOf } from './errors.ts'
import { readMaterial, type Sources } from './fetch-certificate.ts'
import { checkup } from './fetch-checkup.ts'
import { fetchFacts } from './fetch-facts.ts'
import { followNodes } from './follow.ts'
import { addressKind } from './kinds/address.ts'
import type { KindDeps } from './kinds/calls.ts'
import { certificateKind } from './kinds/certificate.ts'
import { listenerKind } from './kinds/listener.ts'

interface LocalDeps {
  /** Default: over the socket of the settings. */
  readonly api?: LocalApi
  readonly clock: Clock
  /** uid of the kube-system namespace: what is marked with it is ours. Without it nothing is. */
  readonly clusterUid?: string
  /** Without it no Service can name a Secret. */
  readonly readSecret?: ReadSecret
}

export function createProvider(settings: Partial<LocalConfig>, deps: LocalDeps): Provider {
  const config: LocalConfig = { ...defaultConfig, ...settings }
  const { clock, clusterUid, readSecret } = deps
  const api = deps.api ?? createClient(config.socket)
  const sources: Sources = { readSecret, folder: config.certificateFolder }
  const kindDeps: KindDeps = {
    api,
    clock,
    clusterUid,
    async material(source, signal) {
      const read = await readMaterial(source, sources, signal)
      if ('material' in read) return read.material
      const { message } = read.problem
      const op = opOf('createCertificate')
      throw new ProviderError({ kind: 'transient', code: 'NoCertificate', op, sent: 'no', message })
    },
  }
  return {
    ...createBlueprint(config),
    kinds: {
      address: addressKind(kindDeps),
      certificate: certificateKind(kindDeps),
      listener: listenerKind(kindDeps),
    },
    lookup: (asked, signal) => fetchFacts({ api, clock, sources }, asked, signal),
    follow: followNodes,
    checkup: (_cluster, nodes, signal) => checkup(api, config, nodes, signal),
    foreignFinalizers: [],
  }
}
