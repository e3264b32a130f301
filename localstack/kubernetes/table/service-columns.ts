import type { ServiceObject } from '../../../src/model/objects.ts'
import { ageColumn, listText, nameColumn, type Column } from './column.ts'

const spec = (service: ServiceObject) => service.spec ?? {}

/** What to call from outside; a load balancer that has no address yet is "<pending>". */
function externalIP(service: ServiceObject): string {
  const { type, externalIPs = [], externalName = '' } = spec(service)
  if (type === 'ExternalName') return externalName
  if (type !== 'LoadBalancer') return listText(externalIPs)
  const given = (service.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '')
  const all = [...given.filter((one) => one !== ''), ...externalIPs]
  return all.length === 0 ? '<pending>' : all.join(',')
}

const portText = (service: ServiceObject) =>
  listText(
    (spec(service).ports ?? []).map(
      ({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`,
    ),
  )

const selectorText = (service: ServiceObject) =>
  listText(
    Object.entries(spec(service).selector ?? {})
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${value}`),
  )

export const serviceColumns: readonly Column[] = [
  nameColumn,
  { name: 'Type', cell: (service: ServiceObject) => spec(service).type ?? '' },
  { name: 'Cluster-IP', cell: (service: ServiceObject) => spec(service).clusterIP || '<none>' },
  { name: 'External-IP', cell: externalIP },
  { name: 'Port(s)', cell: portText },
  ageColumn,
  { name: 'Selector', wide: true, cell: selectorText },
]
