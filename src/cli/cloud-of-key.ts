import { cloudOf } from '../model/known-keys.ts'

/** Where a key is misspelt, its beginning still tells. */
const prefixes: readonly (readonly [prefix: string, cloud: string])[] = [
  ['service.beta.kubernetes.io/aws-', 'aws'],
  ['service.beta.kubernetes.io/azure-', 'azure'],
  ['networking.gke.io/', 'gcp'],
  ['cloud.google.com/', 'gcp'],
  ['loadbalancer.openstack.org/', 'openstack'],
  ['service.beta.kubernetes.io/openstack-', 'openstack'],
  ['local.lb-controller.io/', 'local'],
]

/** The provider that an annotation is written for. */
export const cloudOfKey = (key: string): string | undefined =>
  cloudOf(key)?.cloud ?? prefixes.find(([prefix]) => key.startsWith(prefix))?.[1]
