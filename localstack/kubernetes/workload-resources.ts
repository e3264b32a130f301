import type { Resource } from './resource.ts'

const apps = { group: 'apps', version: 'v1', namespaced: true, status: true, generation: true, scale: true }
const core = { group: '', version: 'v1', namespaced: true, status: false, createOnUpdate: true }

/** What users run, and what pods and proxies read beside it. */
export const workloadResources = {
  deployments: {
    ...apps,
    plural: 'deployments',
    singular: 'deployment',
    kind: 'Deployment',
    shortNames: ['deploy'],
    fields: [],
    categories: ['all'],
  },
  replicasets: {
    ...apps,
    plural: 'replicasets',
    singular: 'replicaset',
    kind: 'ReplicaSet',
    shortNames: ['rs'],
    fields: ['status.replicas'],
    categories: ['all'],
  },
  endpoints: {
    ...core,
    plural: 'endpoints',
    singular: 'endpoints',
    kind: 'Endpoints',
    shortNames: ['ep'],
    generation: false,
    fields: [],
    warning: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  },
  secrets: {
    ...core,
    plural: 'secrets',
    singular: 'secret',
    kind: 'Secret',
    shortNames: [],
    generation: false,
    fields: ['type'],
  },
} as const satisfies { readonly [plural: string]: Resource }
