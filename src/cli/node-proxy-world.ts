import type { NodeProxyConfig } from '../config/node-proxy-settings.ts'
import { isForbidden, isNotFound } from '../kube/errors.ts'
import { listAll } from '../kube/list-all.ts'
import {
  endpointSlices,
  nodes as nodeType,
  serviceCidrs as cidrType,
  services as serviceType,
  type KubeApi,
} from '../kube/port.ts'
import type { EndpointSliceObject, NodeObject, ServiceCidrObject, ServiceObject } from '../model/objects.ts'
import { serviceOfSlice, type TableInput } from '../node-proxy/table/table.ts'
import { paintFor } from './colour.ts'
import { connectTo } from './live.ts'
import type { Io } from './io.ts'
import { problemText } from './print.ts'
import { readManifests } from './read-manifests.ts'
import { proxyKinds } from './shape-proxy.ts'
import { readSources } from './sources.ts'

/** What reading a whole cluster may take. */
const patienceMs = 60_000

/**
 * What a table is made of, read once: every Service, since they may claim each other's addresses, and the slices of one.
 * Rejects when the cluster cannot be read.
 */
export async function readWorld(
  config: NodeProxyConfig,
  nodeName: string,
  service: string,
): Promise<TableInput> {
  const signal = AbortSignal.timeout(patienceMs)
  const client = await connectTo(config)
  try {
    const [namespace = ''] = service.split('/')
    const [services, slices, node, serviceCidrs] = await Promise.all([
      listAll<ServiceObject>(client, serviceType, signal),
      listAll<EndpointSliceObject>(client, endpointSlices, signal, namespace),
      nodeOf(client, nodeName, signal),
      cidrsOf(client, signal),
    ])
    return {
      services,
      slices: slices.filter((slice) => serviceOfSlice(slice) === service),
      serviceCidrs,
      ...(node === undefined ? {} : { node }),
    }
  } finally {
    await client.close()
  }
}

async function nodeOf(api: KubeApi, name: string, signal: AbortSignal): Promise<NodeObject | undefined> {
  try {
    return await api.get<NodeObject>(nodeType, { name }, signal)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function cidrsOf(api: KubeApi, signal: AbortSignal): Promise<readonly ServiceCidrObject[]> {
  try {
    return await listAll<ServiceCidrObject>(api, cidrType, signal)
  } catch (error) {
    if (isNotFound(error) || isForbidden(error)) return []
    throw error
  }
}

/** The same from files; undefined, after saying why, when they cannot be read. */
export async function readWorldFiles(
  files: readonly string[],
  nodeName: string,
  service: string,
  io: Io,
): Promise<TableInput | undefined> {
  const { sources, problems } = await readSources(files, io)
  const manifests = readManifests(sources, proxyKinds)
  const found = [...problems, ...manifests.problems]
  const paint = paintFor(io, 'err', 'auto')
  for (const located of found) io.err(problemText(located, paint))
  if (found.some(({ problem }) => problem.severity === 'error')) return undefined
  const node = manifests.nodes.find(({ object }) => object.metadata.name === nodeName)?.object
  const slices = (manifests.others.get('EndpointSlice') ?? []) as readonly EndpointSliceObject[]
  return {
    services: manifests.services.map(({ object }) => object),
    slices: slices.filter((slice) => serviceOfSlice(slice) === service).map(asStored),
    serviceCidrs: (manifests.others.get('ServiceCIDR') ?? []) as readonly ServiceCidrObject[],
    ...(node === undefined ? {} : { node }),
  }
}

/** With the names that the API server gives to ports that have none: without one, a port is nobody's. */
const asStored = (slice: EndpointSliceObject): EndpointSliceObject => ({
  ...slice,
  ports: (slice.ports ?? []).map((port) => ({ ...port, name: port.name ?? '' })),
})
