import type { JsonObject } from '../lib/json.ts'
import type { KubeObject } from '../model/objects.ts'
import type { KubeApi, ResourceType } from './port.ts'

/** One thing that the controller must be allowed to do. manifests/base grants these, and no more. */
export interface Permission {
  readonly verb: string
  readonly group: string
  /** `services`, or `services/status`. */
  readonly resource: string
  /** Absent where it holds in all namespaces. `lease`: where the lease is. */
  readonly in?: 'lease'
  /** Of that object only. `lease`: the lease's. */
  readonly name?: string
}

export const allOf = (group: string, resource: string, verbs: string, more: Partial<Permission> = {}) =>
  verbs.split(' ').map((verb): Permission => ({ verb, group, resource, ...more }))

export const permissions: readonly Permission[] = [
  ...allOf('', 'services', 'get list watch'),
  ...allOf('', 'nodes', 'get list watch'),
  ...allOf('discovery.k8s.io', 'endpointslices', 'list watch'),
  ...allOf('', 'pods', 'list watch'),
  ...allOf('', 'pods/status', 'patch'),
  ...allOf('', 'services/status', 'patch update'),
  ...allOf('', 'namespaces', 'get', { name: 'kube-system' }),
  ...allOf('events.k8s.io', 'events', 'create patch update'),
  ...allOf('coordination.k8s.io', 'leases', 'create', { in: 'lease' }),
  ...allOf('coordination.k8s.io', 'leases', 'get update patch', { in: 'lease', name: 'lease' }),
]

export interface Asking {
  readonly leaseNamespace: string
  readonly leaseName: string
  /** `namespace/name`; default: whoever asks. */
  readonly serviceAccount?: string
}

const reviewOf = (kind: string, plural: string): ResourceType => ({
  group: 'authorization.k8s.io',
  version: 'v1',
  plural,
  kind,
  namespaced: false,
})
const ownReview = reviewOf('SelfSubjectAccessReview', 'selfsubjectaccessreviews')
const review = reviewOf('SubjectAccessReview', 'subjectaccessreviews')

interface Review extends KubeObject {
  readonly spec: JsonObject
  readonly status?: { readonly allowed?: boolean }
}

/** Whether the API server would allow it. */
export async function isAllowed(
  api: KubeApi,
  { verb, group, resource: path, ...one }: Permission,
  asking: Asking,
  signal: AbortSignal,
): Promise<boolean> {
  const [resource = '', subresource] = path.split('/')
  const name = one.name === 'lease' ? asking.leaseName : one.name
  const resourceAttributes: JsonObject = {
    verb,
    group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(one.in === undefined ? {} : { namespace: asking.leaseNamespace }),
    ...(name === undefined ? {} : { name }),
  }
  const [namespace, account] = asking.serviceAccount?.split('/') ?? []
  const whose: JsonObject =
    namespace === undefined || account === undefined
      ? {}
      : {
          user: `system:serviceaccount:${namespace}:${account}`,
          groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
        }
  const type = asking.serviceAccount === undefined ? ownReview : review
  const answer = await api.create<Review>(
    type,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: type.kind,
      metadata: { name: '' },
      spec: { resourceAttributes, ...whose },
    },
    signal,
  )
  return answer.status?.allowed === true
}
