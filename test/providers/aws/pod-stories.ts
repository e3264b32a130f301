import { addPod, runWorkloads } from '../../../localstack/kubernetes/workloads.ts'
import type { Turn } from '../../conformance/crash.ts'
import { isTrue, type Story } from '../../conformance/subject.ts'
import type { Bed } from '../../support/bed.ts'
import { ofPods, podAddress, podGate, podSpec } from './pod-objects.ts'

const shop = (name: string) => ({ namespace: 'shop', name })

function pods(bed: Bed, from: number, to: number): void {
  for (let n = from; n <= to; n++)
    addPod(bed.cluster, {
      ...shop(`web-${n}`),
      labels: { app: 'web' },
      ips: [podAddress(n)],
      ...(n % 2 === 0 ? { gates: [podGate] } : {}),
    })
}

function drop(bed: Bed, from: number, to: number): void {
  for (let n = from; n <= to; n++) bed.cluster.delete('pods', shop(`web-${n}`))
}

/** A namespace in which pods live and slices follow them. */
function workloads(bed: Bed): void {
  bed.cluster.create('namespaces', { metadata: { name: 'shop' } })
  runWorkloads(bed.cluster)
}

function threePods(bed: Bed): void {
  workloads(bed)
  pods(bed, 1, 3)
}

const served = (annotations: Record<string, string>) => (bed: Bed) => {
  threePods(bed)
  bed.apply('web', podSpec, annotations)
}

const settled = (bed: Bed): boolean =>
  isTrue(bed, 'web') && bed.condition('web')?.message.includes('stays until') !== true

const targetType = (value: string | null) => (bed: Bed) =>
  void bed.edit('web', {
    metadata: { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': value } },
  })

/** Pods as targets, killed wherever they are changed. */
export const podStories: readonly Story[] = [
  {
    name: 'create with pods as targets',
    before: threePods,
    act: (bed) => void bed.apply('web', podSpec, ofPods),
    over: settled,
  },
  {
    name: 'a rollout of pods',
    before: served(ofPods),
    act: (bed) => {
      pods(bed, 4, 6)
      drop(bed, 1, 3)
    },
    over: settled,
  },
  {
    name: 'scale to zero pods',
    before: served(ofPods),
    act: (bed) => drop(bed, 1, 3),
    over: settled,
  },
  {
    name: 'nodes as targets, then pods',
    options: { settings: { graceMs: 60_000 } },
    before: served({}),
    act: targetType('ip'),
    over: settled,
  },
  {
    name: 'pods as targets, then nodes',
    options: { settings: { graceMs: 60_000 } },
    before: served(ofPods),
    act: targetType(null),
    over: settled,
  },
  {
    name: 'delete with pods as targets',
    before: served(ofPods),
    act: (bed) => bed.delete('web'),
    over: (bed) => bed.service('web') === undefined,
  },
]

/** Nobody saw the old ones go or the new ones come. */
export const otherPods: Turn = {
  name: 'given other pods',
  happens({ bed }) {
    for (const { metadata } of bed.cluster.list('pods', { namespace: 'shop' }).items)
      bed.cluster.delete('pods', metadata)
    pods(bed, 7, 9)
  },
}
