import { findResource, type Resource } from '../resource.ts'

/** What a request's path points at. */
export interface Target {
  readonly group: string
  readonly version: string
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: string | undefined
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'

/** Reads `/api/v1/…` and `/apis/<group>/<version>/…`; undefined when no resource is served there. */
export function targetOf(path: string): Target | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent)
  const root = parts.shift()
  if (root !== 'api' && root !== 'apis') return undefined
  const group = root === 'api' ? '' : (parts.shift() ?? '')
  const version = parts.shift() ?? ''
  // "namespaces/x/services" is the services in x, "namespaces/x" and "namespaces/x/status" the namespace itself.
  const inside = parts[0] === 'namespaces' && findResource(group, version, parts[2] ?? '') !== undefined
  const namespace = inside ? parts[1] : undefined
  const [plural, name, subresource, ...more] = inside ? parts.slice(2) : parts
  const resource = findResource(group, version, plural ?? '')
  if (resource === undefined || more.length > 0) return undefined
  if (namespace !== undefined && !resource.namespaced) return undefined
  if (subresource !== undefined && !subresourcesOf(resource).includes(subresource)) return undefined
  return { group, version, resource, namespace, name, subresource }
}

/** Subresources of a pod to which a POST does something. */
const actions: readonly string[] = ['eviction', 'exec', 'attach', 'portforward']

/** The names under which more is served of one object. */
export const subresourcesOf = (resource: Resource): readonly string[] => [
  ...(resource.status ? ['status'] : []),
  ...(resource.scale === true ? ['scale'] : []),
  ...(resource.plural === 'pods' ? ['log', ...actions] : []),
]

export function verbOf(method: string, target: Target, query: URLSearchParams): Verb | undefined {
  const one = target.name !== undefined
  switch (method) {
    case 'GET':
      if (isYes(query.get('watch'))) return 'watch'
      return one ? 'get' : 'list'
    case 'POST':
      return one && !actions.includes(target.subresource ?? '') ? undefined : 'create'
    case 'PUT':
      return one ? 'update' : undefined
    case 'PATCH':
      return one ? 'patch' : undefined
    case 'DELETE':
      return one ? 'delete' : 'deletecollection'
    default:
      return undefined
  }
}

export const isYes = (value: string | null) => value === '1' || value === 'true'
