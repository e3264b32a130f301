import { addPod, runWorkloads, type PodSketch } from '../../../localstack/kubernetes/workloads.ts'
import type { PodObject } from '../../../src/model/objects.ts'
import { podAddress } from './pod-objects.ts'
import { awsBed } from './subject.ts'

export { ofPods, podGate, podSpec } from './pod-objects.ts'

/** A bed with pods, whose slices follow them. */
export function podBed(
  options: Parameters<typeof awsBed>[0] = {},
  cloudOptions: Parameters<typeof awsBed>[1] = {},
) {
  const made = awsBed(options, cloudOptions)
  const { bed, cloud } = made
  if (bed.cluster.find('namespaces', { name: 'shop' }) === undefined)
    bed.cluster.create('namespaces', { metadata: { name: 'shop' } })
  runWorkloads(bed.cluster)
  return {
    ...made,
    /** Makes the n-th pod of `web`. */
    pod: (n: number, more: Partial<PodSketch> = {}) =>
      addPod(bed.cluster, {
        namespace: 'shop',
        name: `web-${n}`,
        labels: { app: 'web' },
        ips: [podAddress(n)],
        ...more,
      }),
    drop: (n: number) => bed.cluster.delete('pods', { namespace: 'shop', name: `web-${n}` }),
    podNow: (n: number) =>
      bed.cluster.find('pods', { namespace: 'shop', name: `web-${n}` }) as PodObject | undefined,
    /** Targets that do not drain, of all groups. */
    targets: (): readonly string[] =>
      cloud.world.targetGroups
        .list()
        .flatMap(({ arn }) => [...(cloud.world.targets.get(arn) ?? [])])
        .filter(([, target]) => target.drainedAt === undefined)
        .map(([at]) => at)
        .toSorted(),
    calls: (action: string) =>
      cloud.log.filter((call) => call.action === action && call.outcome === 'ok').length,
    served: () => bed.until('served', () => bed.condition('web')?.status === 'True', 120_000),
  }
}

export const targetOf = (n: number, port = 8080): string => `${podAddress(n)}:${port}`
