import { families } from './addresses.ts'
import { slicesOf, serviceOf, statusOf, type ServiceSketch, type Written } from './objects.ts'
import type { AskReport } from './orders.ts'
import type { Post } from './post.ts'

const core = '/api/v1/namespaces/default'
const discovery = '/apis/discovery.k8s.io/v1/namespaces/default'

export type Kind = 'services' | 'endpointslices' | 'events' | 'nodes'

const folders: Readonly<Record<Kind, string>> = {
  services: `${core}/services`,
  events: `${core}/events`,
  endpointslices: `${discovery}/endpointslices`,
  nodes: '/api/v1/nodes',
}

/** What a user and the controllers of a cluster write, over HTTP. */
export interface Cluster {
  create(kind: Kind, object: Written): Promise<void>
  replace(kind: Kind, object: Written): Promise<void>
  remove(kind: Kind, name: string): Promise<void>
  patch(kind: Kind, name: string, patch: object): Promise<void>
  list(kind: Kind): Promise<readonly Written[]>
  /** A Service with its status and slices. */
  add(...sketches: readonly ServiceSketch[]): Promise<void>
  /** Writes its slices anew. */
  endpoints(sketch: ServiceSketch): Promise<void>
  drop(name: string): Promise<void>
}

/** `post` is a program that reaches the API server at `url`. */
export function clusterAt(url: string, post: Post): Cluster {
  const ask = async (method: string, path: string, body?: unknown): Promise<AskReport> => {
    const [report] = await post.tell('ask', [
      { url: `${url}${path}`, method, ...(body === undefined ? {} : { body }) },
    ])
    if (report === undefined || report.code >= 300)
      throw new Error(`${method} ${path}: ${report?.code} ${report?.body}`)
    return report
  }
  const cluster: Cluster = {
    create: async (kind, object) => void (await ask('POST', folders[kind], object)),
    replace: async (kind, object) =>
      void (await ask('PUT', `${folders[kind]}/${object.metadata.name}`, object)),
    remove: async (kind, name) => void (await ask('DELETE', `${folders[kind]}/${name}`)),
    patch: async (kind, name, patch) => void (await ask('PATCH', `${folders[kind]}/${name}`, patch)),
    list: async (kind) => (JSON.parse((await ask('GET', folders[kind])).body) as { items: Written[] }).items,
    add: async (...sketches) => {
      await Promise.all(
        sketches.map(async (sketch) => {
          await cluster.create('services', serviceOf(sketch))
          await ask('PATCH', `${folders.services}/${sketch.name}/status`, statusOf(sketch))
          for (const slice of slicesOf(sketch)) await cluster.create('endpointslices', slice)
        }),
      )
    },
    endpoints: async (sketch) => {
      await Promise.all(slicesOf(sketch).map((slice) => cluster.replace('endpointslices', slice)))
    },
    drop: async (name) => {
      await cluster.remove('services', name)
      for (const family of families) await cluster.remove('endpointslices', `${name}-${family.toLowerCase()}`)
    },
  }
  return cluster
}
