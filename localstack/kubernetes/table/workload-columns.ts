import { selectorText } from '../apps/selector.ts'
import type { DeploymentObject, EndpointsObject, PodTemplate, ReplicaSetObject } from '../workload-objects.ts'
import { ageColumn, listText, nameColumn, type Column } from './column.ts'

type Workload = DeploymentObject & ReplicaSetObject

const containers = (template: PodTemplate | undefined) => template?.spec?.containers ?? []

const podColumns: readonly Column[] = [
  {
    name: 'Containers',
    wide: true,
    cell: ({ spec }: Workload) =>
      containers(spec?.template)
        .map(({ name }) => name)
        .join(','),
  },
  {
    name: 'Images',
    wide: true,
    cell: ({ spec }: Workload) =>
      containers(spec?.template)
        .map(({ image = '' }) => image)
        .join(','),
  },
  { name: 'Selector', wide: true, cell: ({ spec }: Workload) => selectorText(spec?.selector) },
]

export const deploymentColumns: readonly Column[] = [
  nameColumn,
  {
    name: 'Ready',
    cell: ({ spec, status }: DeploymentObject) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
  },
  { name: 'Up-to-date', cell: ({ status }: DeploymentObject) => status?.updatedReplicas ?? 0 },
  { name: 'Available', cell: ({ status }: DeploymentObject) => status?.availableReplicas ?? 0 },
  ageColumn,
  ...podColumns,
]

export const replicaSetColumns: readonly Column[] = [
  nameColumn,
  { name: 'Desired', cell: ({ spec }: ReplicaSetObject) => spec?.replicas ?? 0 },
  { name: 'Current', cell: ({ status }: ReplicaSetObject) => status?.replicas ?? 0 },
  { name: 'Ready', cell: ({ status }: ReplicaSetObject) => status?.readyReplicas ?? 0 },
  ageColumn,
  ...podColumns,
]

/** The ready addresses, each with each port; three of them, and how many more there are. */
function endpointsText({ subsets = [] }: EndpointsObject): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  )
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : listText(all)
}

export const endpointsColumns: readonly Column[] = [
  nameColumn,
  { name: 'Endpoints', cell: endpointsText },
  ageColumn,
]
