import type { ResourceName } from './object.ts'
import { workloadResources } from './workload-resources.ts'

/** One API resource: where it is served, and which of the server's general rules hold for it. */
export interface Resource {
  readonly plural: ResourceName
  readonly singular: string
  readonly kind: string
  readonly shortNames: readonly string[]
  readonly group: string
  readonly version: string
  readonly namespaced: boolean
  /** Whether status is written through its own subresource. */
  readonly status: boolean
  /** Whether replicas are read and written through a `scale` subresource. Default: false. */
  readonly scale?: boolean
  /** A warning that goes with every answer, as for what is on its way out. */
  readonly warning?: string
  /** Whether metadata.generation counts the changes of the spec. */
  readonly generation: boolean
  /** Whether an update may leave resourceVersion out, and whether it may create. Default: true, false. */
  readonly unconditionalUpdate?: boolean
  readonly createOnUpdate?: boolean
  /** Whether a finished deletion answers with the object instead of a Status. Default: false. */
  readonly returnsDeleted?: boolean
  /** Field selectors beside metadata.name and metadata.namespace. */
  readonly fields: readonly string[]
  /** Other groups that show the same objects in another dress. */
  readonly alsoIn?: readonly string[]
  readonly categories?: readonly string[]
}

const core = { group: '', version: 'v1' }

const references = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

export const resources: { readonly [R in ResourceName]: Resource } = {
  services: {
    ...core,
    plural: 'services',
    singular: 'service',
    kind: 'Service',
    shortNames: ['svc'],
    namespaced: true,
    status: true,
    generation: true,
    createOnUpdate: true,
    returnsDeleted: true,
    fields: ['spec.clusterIP', 'spec.type'],
    categories: ['all'],
  },
  nodes: {
    ...core,
    plural: 'nodes',
    singular: 'node',
    kind: 'Node',
    shortNames: ['no'],
    namespaced: false,
    status: true,
    generation: false,
    fields: ['spec.unschedulable'],
  },
  events: {
    ...core,
    plural: 'events',
    singular: 'event',
    kind: 'Event',
    shortNames: ['ev'],
    namespaced: true,
    status: false,
    generation: false,
    createOnUpdate: true,
    fields: [
      ...references.flatMap((name) => [`involvedObject.${name}`, `regarding.${name}`]),
      'reason',
      'reportingComponent',
      'reportingController',
      'source',
      'type',
    ],
    alsoIn: ['events.k8s.io'],
  },
  leases: {
    group: 'coordination.k8s.io',
    version: 'v1',
    plural: 'leases',
    singular: 'lease',
    kind: 'Lease',
    shortNames: [],
    namespaced: true,
    status: false,
    generation: false,
    unconditionalUpdate: false,
    createOnUpdate: true,
    fields: [],
  },
  namespaces: {
    ...core,
    plural: 'namespaces',
    singular: 'namespace',
    kind: 'Namespace',
    shortNames: ['ns'],
    namespaced: false,
    status: true,
    generation: false,
    fields: ['status.phase'],
  },
  endpointslices: {
    group: 'discovery.k8s.io',
    version: 'v1',
    plural: 'endpointslices',
    singular: 'endpointslice',
    kind: 'EndpointSlice',
    shortNames: [],
    namespaced: true,
    status: false,
    generation: true,
    createOnUpdate: true,
    fields: [],
  },
  pods: {
    ...core,
    plural: 'pods',
    singular: 'pod',
    kind: 'Pod',
    shortNames: ['po'],
    namespaced: true,
    status: true,
    generation: true,
    returnsDeleted: true,
    fields: ['spec.nodeName', 'status.phase', 'status.podIP'],
    categories: ['all'],
  },
  configmaps: {
    ...core,
    plural: 'configmaps',
    singular: 'configmap',
    kind: 'ConfigMap',
    shortNames: ['cm'],
    namespaced: true,
    status: false,
    generation: false,
    createOnUpdate: true,
    fields: [],
  },
  servicecidrs: {
    group: 'networking.k8s.io',
    version: 'v1',
    plural: 'servicecidrs',
    singular: 'servicecidr',
    kind: 'ServiceCIDR',
    shortNames: [],
    namespaced: false,
    status: true,
    generation: false,
    fields: [],
  },
  ...workloadResources,
}

export const resourceNames = Object.keys(resources) as ResourceName[]

export const groupVersion = (group: string, version: string) =>
  group === '' ? version : `${group}/${version}`

/** Every group a resource is served in, its own first. */
export const groupsOf = (resource: Resource) => [resource.group, ...(resource.alsoIn ?? [])]

export const findResource = (group: string, version: string, plural: string): Resource | undefined =>
  resourceNames
    .map((name) => resources[name])
    .find(
      (resource) =>
        resource.plural === plural && resource.version === version && groupsOf(resource).includes(group),
    )
