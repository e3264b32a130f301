import { subresourcesOf } from './route.ts'
import { groupsOf, groupVersion, resourceNames, resources, type Resource } from '../resource.ts'

/** The documents by which a client finds out what is served. */
const all = resourceNames.map((name) => resources[name])
export const groups = [...new Set(all.flatMap(groupsOf))].filter((group) => group !== '').toSorted()

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** Subresources whose objects are of another kind. */
const foreign: { readonly [name: string]: object | undefined } = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  exec: { kind: 'PodExecOptions', verbs: ['create', 'get'] },
  attach: { kind: 'PodAttachOptions', verbs: ['create', 'get'] },
  portforward: { kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
  log: { kind: 'Pod', verbs: ['get'] },
}

const entries = (resource: Resource) => [
  {
    name: resource.plural,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories === undefined ? {} : { categories: resource.categories }),
  },
  ...subresourcesOf(resource).map((name) => ({
    name: `${resource.plural}/${name}`,
    singularName: '',
    namespaced: resource.namespaced,
    ...(foreign[name] ?? { kind: resource.kind, verbs: ['get', 'patch', 'update'] }),
  })),
]

const resourceList = (group: string) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: groupVersion(group, 'v1'),
  resources: all
    .filter((resource) => groupsOf(resource).includes(group))
    .toSorted((a, b) => (a.plural < b.plural ? -1 : 1))
    .flatMap(entries),
})

const groupOf = (name: string) => {
  const version = { groupVersion: groupVersion(name, 'v1'), version: 'v1' }
  return { name, versions: [version], preferredVersion: version }
}

const serverVersion = {
  major: '1',
  minor: '35',
  gitVersion: 'v1.35.0',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
}

const documents = new Map<string, unknown>([
  ['/version', serverVersion],
  ['/api', { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }],
  ['/api/v1', resourceList('')],
  ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupOf) }],
  ...groups.flatMap((name): [string, unknown][] => [
    [`/apis/${name}`, { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(name) }],
    [`/apis/${name}/v1`, resourceList(name)],
  ]),
])

export const discoveryDocument = (path: string) => documents.get(path.replace(/(?<=.)\/$/, ''))
