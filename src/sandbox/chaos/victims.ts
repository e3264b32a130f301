import type { ClusterState } from '../../../localstack/kubernetes/state.ts'
import type { PodObject } from '../../../localstack/kubernetes/workload-objects.ts'
import { isReady } from '../../../localstack/kubernetes/apps/pod-state.ts'
import { SandboxRefused } from '../problem.ts'

export interface PodName {
  readonly namespace: string
  readonly name: string
}

/** The pod of that name, or all that are ready. Throws `SandboxRefused`. */
export function podsToKill(state: ClusterState, wanted: string | undefined): readonly PodName[] {
  if (wanted === undefined) {
    const ready = (state.list('pods').items as readonly PodObject[]).filter(isReady)
    if (ready.length > 0) return ready.map(nameOf)
    throw new SandboxRefused('no pod is ready', 'kubectl create deployment hello --image=echo --port=8080')
  }
  const [namespace, name] = wanted.includes('/') ? wanted.split('/', 2) : ['default', wanted]
  const found = state.find('pods', { namespace: namespace ?? '', name: name ?? '' }) as PodObject | undefined
  if (found !== undefined) return [nameOf(found)]
  throw new SandboxRefused(
    `there is no pod ${namespace}/${name}`,
    'kubectl get pods -A names those there are',
  )
}

const nameOf = ({ metadata: { namespace = 'default', name } }: PodObject): PodName => ({ namespace, name })

/** The node of that name, or the one with the most pods among those that will do. Throws `SandboxRefused`. */
export function nodeToBreak(
  state: ClusterState,
  wanted: string | undefined,
  willDo: (name: string) => boolean,
): string {
  const names = state.list('nodes').items.map(({ metadata: { name } }) => name)
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted
    throw new SandboxRefused(`there is no node ${wanted}`, `nodes: ${names.join(', ')}`)
  }
  const pods = new Map<string, number>()
  for (const { spec } of state.list('pods').items as readonly PodObject[])
    if (spec?.nodeName !== undefined) pods.set(spec.nodeName, (pods.get(spec.nodeName) ?? 0) + 1)
  const [most] = names.filter(willDo).toSorted((a, b) => (pods.get(b) ?? 0) - (pods.get(a) ?? 0))
  if (most === undefined) throw new SandboxRefused('no node is left', `nodes: ${names.join(', ')}`)
  return most
}
