/** All objects of a cluster as kubectl shows them, in a form in which two moments can be compared. */
import type { SandboxStage } from './sandbox-stage.ts'

type Fields = Record<string, unknown>
interface Listed extends Fields {
  readonly kind: string
  readonly metadata: Fields & { readonly name: string; readonly namespace?: string }
}

/** Events are history, and a lease is written again every few seconds. */
const kinds =
  'nodes,namespaces,servicecidrs,services,endpoints,endpointslices,deployments,replicasets,pods,configmaps,secrets'

/** Where something was off for a while this tells it: when a condition changed, which write was the last. */
const passing = new Set([
  'resourceVersion',
  'managedFields',
  'lastTransitionTime',
  'lastUpdateTime',
  'endpoints.kubernetes.io/last-change-trigger-time',
])

/** By `KIND NAMESPACE/NAME`. A pod's containers have been restarted, and the slice has a generation with each change. */
export async function everythingOf({ kubectl }: SandboxStage): Promise<Readonly<Record<string, string>>> {
  const { items } = JSON.parse(await kubectl('get', kinds, '-A', '-o', 'json')) as { items: Listed[] }
  return Object.fromEntries(
    items.map((object) => [
      `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`,
      JSON.stringify(object, (key, value: unknown) => (isPassing(object.kind, key) ? undefined : value), 1),
    ]),
  )
}

const isPassing = (kind: string, key: string): boolean =>
  passing.has(key) ||
  (kind === 'Pod' && key === 'containerStatuses') ||
  (kind === 'EndpointSlice' && key === 'generation')

/** The very text of an object: nothing left out but which write was the last. */
export async function exactly({ kubectl }: SandboxStage, kind: string): Promise<string> {
  const { items } = JSON.parse(await kubectl('get', kind, '-A', '-o', 'json')) as { items: Listed[] }
  return JSON.stringify(items, (key, value: unknown) => (key === 'resourceVersion' ? undefined : value), 1)
}
