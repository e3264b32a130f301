import { claim } from '../model/claim.ts'
import { ownerOf } from '../model/from-service.ts'
import type { ServiceObject } from '../model/objects.ts'
import type { Log } from '../observe/log.ts'
import type { Provider } from '../provider/provider.ts'
import type { TermSettings } from './term-parts.ts'

/** More names than this are a number. */
const named = 50

/** Says once, before anything is done, which Services we take charge of and which we leave to others, and why. */
export function overviewOf(
  services: readonly ServiceObject[],
  provider: Provider,
  settings: Pick<TermSettings, 'adopt' | 'loadBalancerClass' | 'policy'>,
  log: Log,
): void {
  const ours: string[] = []
  const release: string[] = []
  const foreign: { readonly service: string; readonly why: string }[] = []
  for (const service of services) {
    const claimed = claim(service, {
      adopt: settings.adopt,
      // Nothing was looked up yet: what carries our mark is ours, the rest is told as it looks.
      ownsObjects: false,
      foreignFinalizers: provider.foreignFinalizers,
      ...(settings.loadBalancerClass === undefined ? {} : { loadBalancerClass: settings.loadBalancerClass }),
    })
    const { name } = ownerOf(service)
    if (claimed.is === 'ours') ours.push(name)
    else if (claimed.is === 'release') release.push(name)
    else if (claimed.foreign !== undefined) foreign.push({ service: name, why: claimed.foreign })
  }
  log.info('what this controller will touch', {
    provider: provider.name,
    policy: settings.policy,
    services: services.length,
    takesCareOf: ours.length,
    names: ours.slice(0, named),
    cleansUp: release.slice(0, named),
    leavesAlone: foreign.length,
  })
  for (const { service, why } of foreign.slice(0, named)) log.info('left alone', { service, why })
}
