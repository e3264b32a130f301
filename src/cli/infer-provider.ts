import type { Located } from '../config/located.ts'
import type { ServiceObject } from '../model/objects.ts'
import { annotationPath, type Problem } from '../model/problem.ts'
import { plannedProviders, providers } from '../provider/names.ts'
import { cloudOfKey } from './cloud-of-key.ts'
import type { FromFile } from './read-manifests.ts'

export interface Inferred {
  readonly names: readonly string[]
  readonly problems: readonly Located[]
}

/** The one that was asked for; else those whose annotations are used; else all there are. */
export function inferProviders(
  asked: string | undefined,
  services: readonly FromFile<ServiceObject>[],
): Inferred {
  if (asked !== undefined) return { names: [asked], problems: [] }
  const clouds = new Set<string>()
  const problems: Located[] = []
  for (const { object, locate } of services) {
    for (const key of Object.keys(object.metadata.annotations ?? {})) {
      const cloud = cloudOfKey(key)
      if (cloud === undefined) continue
      if (plannedProviders.includes(cloud) && !clouds.has(cloud)) problems.push(locate(notThere(key, cloud)))
      clouds.add(cloud)
    }
  }
  const named = providers.filter((name) => clouds.has(name))
  return named.length > 0 ? { names: named, problems: [] } : { names: providers, problems }
}

const notThere = (key: string, cloud: string): Problem => ({
  code: 'LB_PROVIDER_UNKNOWN',
  severity: 'note',
  path: annotationPath(key),
  message: `this annotation is for ${cloud}, which cannot be planned yet; shown for ${providers.join(', ')}`,
  hint: 'name the cloud with --provider to silence this',
})
