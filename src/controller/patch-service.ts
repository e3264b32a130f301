import { isNotFound } from '../kube/errors.ts'
import { servicePatch, type ServiceChange } from '../kube/patch.ts'
import { services as serviceType, type KubeApi } from '../kube/port.ts'
import type { ReadStore } from '../kube/store.ts'
import type { Clock } from '../lib/clock.ts'
import type { ServiceObject } from '../model/objects.ts'

export interface PatchParts {
  readonly api: KubeApi
  readonly clock: Clock
  readonly services: ReadStore<ServiceObject>
}

/** Writes one patch of the status subresource, if it changes anything; false: the Service is gone. */
export async function patchService(
  { api, clock, services }: PatchParts,
  service: ServiceObject,
  change: ServiceChange,
  signal: AbortSignal,
): Promise<boolean> {
  const patch = servicePatch(service, change, clock.now())
  if (patch === undefined) return true
  const { name, namespace } = service.metadata
  try {
    services.learn(await api.patch(serviceType, { name, namespace: namespace ?? 'default' }, patch, signal))
    return true
  } catch (error) {
    // It vanished, with its finalizer or without: the watch tells.
    if (!isNotFound(error)) throw error
    return false
  }
}
