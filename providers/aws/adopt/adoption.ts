import type { Adoption } from '../../../src/provider/adoption.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import type { Kind } from '../../../src/provider/kind.ts'
import type { AwsConfig } from '../config.ts'
import type { KindDeps } from '../kinds/shared.ts'
import { match } from './match.ts'
import { peers } from './peers.ts'
import { sharedMatch } from './shared.ts'
import { survey } from './survey.ts'

export function adoptionOf(
  deps: KindDeps,
  kinds: Readonly<Record<string, Kind>>,
  config: AwsConfig,
): Adoption {
  const clusterName = (cluster: Cluster): string => config.clusterName ?? cluster.name
  return {
    peers,
    survey: (cluster, bodies, signal) => survey({ ...deps, kinds, clusterName }, cluster, bodies, signal),
    match: (found, asked, cluster, from) =>
      match(found, asked, { cluster, clusterName: clusterName(cluster), from }),
    shared: (found, taken, cluster) =>
      sharedMatch({ survey: found, taken, cluster, clusterName: clusterName(cluster) }),
  }
}
