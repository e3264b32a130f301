import { isNotFound } from '../kube/errors.ts'
import { servicePatch, type ServiceChange } from '../kube/patch.ts'
import { services as serviceType, type KubeApi } from '../kube/port.ts'
import type { ReadStore } from '../kube/store.ts'
import type { Clock } from '../lib/clock.ts'
import type { ServiceObject } from '../model/objects.ts'

export interface WriterParts {
  readonly api: KubeApi
  readonly clock: Clock
  readonly services: ReadStore<ServiceObject>
}

/**
 * Makes a change to a Service true in one patch of its status subresource, and takes the answer into the store. False:
 * the Service is gone.
 */
export async function writeService(
  { api, clock, services }: WriterParts,
  service: ServiceObject,
  change: ServiceChange,
  signal: AbortSignal,
): Promise<boolean> {
  const patch = servicePatch(service, change, clock.now())
  if (patch === undefined) return true
  const { name, namespace = 'default' } = service.metadata
  try {
    services.learn(await api.patch(serviceType, { name, namespace }, patch, signal))
    return true
  } catch (error) {
    // It vanished, with its finalizer or without: the watch tells.
    if (!isNotFound(error)) throw error
    return false
  }
}
