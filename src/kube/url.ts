import type { ObjectRef, ResourceType } from './port.ts'

type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** The path of a collection; of all namespaces when none is given. */
export function collectionPath(resource: ResourceType, namespace: string | undefined): string {
  const root = resource.group === '' ? '/api' : `/apis/${resource.group}`
  const scope =
    resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}/${resource.version}${scope}/${resource.plural}`
}

export function objectPath(resource: ResourceType, ref: ObjectRef, subresource?: string): string {
  const tail = subresource === undefined ? '' : `/${subresource}`
  return `${collectionPath(resource, ref.namespace)}/${encodeURIComponent(ref.name)}${tail}`
}

/** Appends a path to the server's address, which may have a path of its own (a cluster behind a gateway). */
export function urlOf(server: string, path: string, query: Query = {}): URL {
  const url = new URL(server)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`
  for (const [key, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(key, String(value))
  return url
}

export function isLoopback(server: string): boolean {
  const { hostname } = new URL(server)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
