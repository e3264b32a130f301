import { readyType } from '../controller/conditions.ts'
import { keyOf } from '../kube/store.ts'
import type { Condition, ServiceObject } from '../model/objects.ts'
import type { Row, ServiceState } from './wire.ts'

/** What a list has room for. */
const longestNote = 160

export function rowOf(service: ServiceObject): Row {
  const { spec = {} } = service
  const ready = readyOf(service)
  const { state, note } = stateOf(service, ready)
  return {
    key: keyOf(service),
    type: spec.type ?? 'ClusterIP',
    state,
    address: addressOf(service),
    ports: (spec.ports ?? [])
      .map(({ port, protocol = 'TCP' }) => (protocol === 'TCP' ? `${port}` : `${port}/${protocol}`))
      .join(' '),
    note: note.length > longestNote ? `${note.slice(0, longestNote - 1)}…` : note,
  }
}

const readyOf = ({ status }: ServiceObject): Condition | undefined =>
  status?.conditions?.find(({ type }) => type === readyType)

export const addressesOf = ({ status }: ServiceObject): readonly string[] =>
  (status?.loadBalancer?.ingress ?? []).flatMap(({ hostname, ip }) => hostname ?? ip ?? [])

/** Of a load balancer where it has one, else what is reached inside the cluster. */
function addressOf(service: ServiceObject): string {
  const { spec = {} } = service
  if (spec.type === 'LoadBalancer') return addressesOf(service)[0] ?? ''
  if (spec.type === 'ExternalName') return spec.externalName ?? ''
  return spec.clusterIP ?? ''
}

/** A class may be another controller's, which says nothing. */
const waits = ({ spec }: ServiceObject): string =>
  spec?.loadBalancerClass === undefined
    ? 'waits for an address'
    : `waits for an address from the controller of the class ${spec.loadBalancerClass}`

/** Reasons of a condition that ask for patience and nothing else. */
const patient = new Set(['Progressing', 'Moving', 'Deleting'])

function stateOf(
  service: ServiceObject,
  ready: Condition | undefined,
): { readonly state: ServiceState; readonly note: string } {
  const said = ready?.status === 'True' ? '' : (ready?.message ?? '')
  if (service.metadata.deletionTimestamp !== undefined)
    return { state: 'leaving', note: said === '' ? 'being deleted' : said }
  if (service.spec?.type !== 'LoadBalancer') return { state: 'inner', note: '' }
  if (ready !== undefined && ready.status !== 'True' && !patient.has(ready.reason))
    return { state: 'problem', note: said }
  const reached = addressesOf(service).length > 0
  if (reached && (ready === undefined || ready.status === 'True')) return { state: 'ready', note: '' }
  return { state: 'pending', note: said === '' ? waits(service) : said }
}
