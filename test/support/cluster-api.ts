import { ApiFault } from '../../localstack/kubernetes/fault.ts'
import type { ClusterState } from '../../localstack/kubernetes/state.ts'
import type { ResourceName } from '../../localstack/kubernetes/object.ts'
import { KubeError } from '../../src/kube/errors.ts'
import type {
  KubeApi,
  ListOptions,
  ResourceType,
  WatchEnd,
  WatchEvent,
  WatchOptions,
} from '../../src/kube/port.ts'
import type { KubeObject } from '../../src/model/objects.ts'

const selectionOf = ({ namespace, labelSelector, fieldSelector }: ListOptions | WatchOptions) => ({
  ...(namespace === undefined ? {} : { namespace }),
  ...(labelSelector === undefined ? {} : { labelSelector }),
  ...(fieldSelector === undefined ? {} : { fieldSelector }),
})

const nameOf = (resource: ResourceType) => resource.plural as ResourceName

/** The controller's port to a cluster, on a cluster in memory: same rules, no HTTP, any clock. */
export function clusterApi(state: ClusterState, log: string[] = []): KubeApi {
  const call = <T>(verb: string, resource: ResourceType, run: () => unknown): Promise<T> => {
    log.push(`${verb} ${resource.plural}`)
    try {
      return Promise.resolve(structuredClone(run()) as T)
    } catch (error) {
      return Promise.reject(translated(error))
    }
  }
  return {
    list: (resource, opts) =>
      call('list', resource, () => {
        const { items, resourceVersion } = state.list(nameOf(resource), selectionOf(opts))
        return { items, resourceVersion }
      }),
    watch: <T extends KubeObject>(
      resource: ResourceType,
      opts: WatchOptions,
      onEvent: (event: WatchEvent<T>) => void,
      signal: AbortSignal,
    ) =>
      new Promise<WatchEnd>((resolve) => {
        try {
          const stop = state.watch(
            nameOf(resource),
            { ...selectionOf(opts), resourceVersion: opts.resourceVersion },
            (event) => {
              if (event.type === 'ERROR') return resolve({ how: 'expired' })
              onEvent(structuredClone(event) as unknown as WatchEvent<T>)
            },
          )
          signal.addEventListener(
            'abort',
            () => {
              stop()
              resolve({ how: 'closed' })
            },
            { once: true },
          )
        } catch (error) {
          resolve({ how: 'failed', error: translated(error) as KubeError })
        }
      }),
    get: (resource, ref) => call('get', resource, () => state.get(nameOf(resource), ref)),
    create: (resource, object) =>
      call('create', resource, () => state.create(nameOf(resource), object as never)),
    update: (resource, object) =>
      call('update', resource, () => state.update(nameOf(resource), object as never)),
    patch: (resource, ref, patch) =>
      call('patch', resource, () =>
        state.patch(nameOf(resource), ref, patch.body, {
          type: patch.type === 'apply' ? 'merge' : patch.type,
          ...(patch.subresource === 'status' ? { subresource: 'status' as const } : {}),
        }),
      ),
  }
}

const translated = (error: unknown): unknown =>
  error instanceof ApiFault ? new KubeError(error.code, error.reason, error.message) : error
