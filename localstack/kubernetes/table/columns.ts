import { ageColumn, listText, nameColumn, type Column } from './column.ts'
import { eventColumns } from './event-columns.ts'
import { nodeColumns } from './node-columns.ts'
import { fieldAt, type AnyObject, type ResourceName } from '../object.ts'
import { podColumns } from './pod-columns.ts'
import { serviceColumns } from './service-columns.ts'
import { deploymentColumns, endpointsColumns, replicaSetColumns } from './workload-columns.ts'

const field = (name: string, path: string): Column => ({
  name,
  cell(object) {
    const value = fieldAt(object, path)
    return typeof value === 'string' ? value : ''
  },
})

function sliceText(
  slice: AnyObject,
  path: 'ports' | 'endpoints',
  read: (item: unknown) => readonly unknown[],
) {
  const items = slice[path]
  const texts = Array.isArray(items) ? items.flatMap(read).map(String) : []
  if (texts.length === 0) return '<unset>'
  return texts.length > 3 ? `${texts.slice(0, 3).join(',')} + ${texts.length - 3} more...` : texts.join(',')
}

const perResource: { readonly [R in ResourceName]: readonly Column[] } = {
  services: serviceColumns,
  nodes: nodeColumns,
  events: eventColumns,
  pods: podColumns,
  leases: [nameColumn, field('Holder', 'spec.holderIdentity'), ageColumn],
  namespaces: [nameColumn, field('Status', 'status.phase'), ageColumn],
  servicecidrs: [
    nameColumn,
    {
      name: 'CIDRs',
      cell: (object) => listText((fieldAt(object, 'spec.cidrs') ?? []) as readonly string[]),
    },
    ageColumn,
  ],
  deployments: deploymentColumns,
  replicasets: replicaSetColumns,
  endpoints: endpointsColumns,
  secrets: [
    nameColumn,
    field('Type', 'type'),
    { name: 'Data', cell: ({ data }) => Object.keys({ ...(data as object) }).length },
    ageColumn,
  ],
  configmaps: [
    nameColumn,
    {
      name: 'Data',
      cell: ({ data, binaryData }) => Object.keys({ ...(data as object), ...(binaryData as object) }).length,
    },
    ageColumn,
  ],
  endpointslices: [
    nameColumn,
    field('AddressType', 'addressType'),
    { name: 'Ports', cell: (slice) => sliceText(slice, 'ports', (port) => [fieldAt(port, 'port') ?? '*']) },
    {
      name: 'Endpoints',
      cell: (slice) =>
        sliceText(slice, 'endpoints', (endpoint) => fieldAt(endpoint, 'addresses') as readonly unknown[]),
    },
    ageColumn,
  ],
}

export const columnsOf = (resource: ResourceName) => perResource[resource]
