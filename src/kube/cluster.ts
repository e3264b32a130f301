import { KubeError } from './errors.ts'
import { namespaces, type KubeApi } from './port.ts'

/**
 * The cluster's identity: the uid of namespace kube-system, which lives as long as the cluster. Another cluster of the
 * same name has another one.
 */
export async function clusterUid(api: KubeApi, signal: AbortSignal): Promise<string> {
  const { metadata } = await api.get(namespaces, { name: 'kube-system' }, signal)
  if (metadata.uid === undefined) throw new KubeError(0, 'Misconfigured', 'namespace kube-system has no uid')
  return metadata.uid
}
