import { groupVersion, resourceNames, resources } from '../../localstack/kubernetes/resource.ts'
import { KubeError } from '../kube/errors.ts'
import type { KubeApi, ResourceType } from '../kube/port.ts'
import type { JsonObject } from '../lib/json.ts'
import type { KubeObject } from '../model/objects.ts'

/** Fields applied from `--file` are this manager's. */
const fieldManager = 'lb-controller-sandbox'

/** What the sandbox serves of this kind; undefined: nothing. */
export function resourceOf(apiVersion: string, kind: string): ResourceType | undefined {
  const name = resourceNames.find(
    (one) =>
      resources[one].kind === kind &&
      groupVersion(resources[one].group, resources[one].version) === apiVersion,
  )
  return name === undefined ? undefined : resources[name]
}

/** `Deployment of apps/v1`, for each kind that a person would write, sorted. */
export const servedKinds = (): readonly string[] =>
  resourceNames
    .map(
      (name) => `${resources[name].kind} of ${groupVersion(resources[name].group, resources[name].version)}`,
    )
    .toSorted()

/**
 * Applies an object as `kubectl apply --server-side --force-conflicts` would. Answers why the API server refused it, and
 * why it was not asked to the end.
 */
export async function applyObject(
  api: KubeApi,
  resource: ResourceType,
  object: KubeObject,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { name, namespace = 'default' } = object.metadata
  const ref = resource.namespaced ? { name, namespace } : { name }
  try {
    await api.patch(
      resource,
      ref,
      { type: 'apply', body: object as unknown as JsonObject, fieldManager },
      signal,
    )
    return undefined
  } catch (error) {
    if (signal.aborted) return 'the end was asked for'
    // A field that there is not is told by 500, as Kubernetes does.
    if (error instanceof KubeError && error.code >= 400) return error.message
    throw error
  }
}
