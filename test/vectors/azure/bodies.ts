import { loadBalancerForm } from '../../../providers/azure/kinds/load-balancer.ts'
import { publicIPForm } from '../../../providers/azure/kinds/public-ip.ts'
import { defaultConfig } from '../../../providers/azure/config.ts'
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'

const network = '/subscriptions/subscription/resourceGroups/rg/providers/Microsoft.Network'

export const objectIn = (body: JsonObject, field: string): JsonObject =>
  isObject(body[field]) ? body[field] : {}

export const listIn = (body: JsonObject, field: string): readonly JsonObject[] =>
  Array.isArray(body[field]) ? body[field].filter(isObject) : []

export const textIn = (body: JsonObject, field: string): string =>
  typeof body[field] === 'string' ? body[field] : ''

export const bodiesIn = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** A case writes an id as `pip1` where Azure has a path. */
const pathOf = (type: string, id: string): string => (id.startsWith('/') ? id : `${network}/${type}/${id}`)

/** A body as Azure would show it: with the place, the ids and the tag of the cluster that a case leaves out. */
function complete(body: JsonObject, type: string, clusterName: string): JsonObject {
  const name = textIn(body, 'name')
  const tags = objectIn(body, 'tags')
  const ours = 'k8s-azure-service' in tags && name.startsWith(`${clusterName}-`)
  return {
    location: 'westus',
    sku: { name: 'Standard' },
    ...body,
    id: pathOf(type, textIn(body, 'id') || name),
    ...(ours ? { tags: { 'k8s-azure-cluster-name': clusterName, ...tags } } : {}),
  }
}

const frontendOf = (frontend: JsonObject): JsonObject => {
  const properties = objectIn(frontend, 'properties')
  const id = textIn(objectIn(properties, 'publicIPAddress'), 'id')
  if (id === '') return frontend
  return {
    ...frontend,
    properties: { ...properties, publicIPAddress: { id: pathOf('publicIPAddresses', id) } },
  }
}

/** A Service that has a pool of its own, in whatever load balancer it stands. */
export interface OwnPool {
  readonly stem: string
  readonly pool: string
}

/** What a case leaves out of a rule, its name tells; it leads to the pool of its Service, if that has one here. */
/** Rules of which a case tells no more than that they are there have ports of their own all the same. */
function ruleOf(rule: JsonObject, at: number, balancer: JsonObject, own: OwnPool | undefined): JsonObject {
  const [, protocol = '', port = ''] = /-(TCP|UDP)-(\d+)(?:-IPv6)?$/.exec(textIn(rule, 'name')) ?? []
  const told =
    port === ''
      ? { frontendPort: at }
      : { protocol: protocol === 'TCP' ? 'Tcp' : 'Udp', frontendPort: Number(port) }
  const pools = listIn(objectIn(balancer, 'properties'), 'backendAddressPools').map((pool) =>
    textIn(pool, 'name'),
  )
  const its = own !== undefined && textIn(rule, 'name').startsWith(`${own.stem}-`) && pools.includes(own.pool)
  const pool = its ? own.pool : pools[0]
  const id = `${textIn(balancer, 'id')}/backendAddressPools/${pool ?? ''}`
  const leads = pool === undefined ? {} : { backendAddressPool: { id } }
  return { ...rule, properties: { ...told, ...leads, ...objectIn(rule, 'properties') } }
}

/** Load balancers and their pools as our form reads them. */
export function balancersIn(bodies: unknown, clusterName: string, own?: OwnPool): readonly Observed[] {
  const cluster = { name: clusterName, uid: 'cluster' }
  return bodiesIn(bodies).flatMap((body) => {
    const whole = complete(body, 'loadBalancers', clusterName)
    const properties = objectIn(whole, 'properties')
    const frontendIPConfigurations = listIn(properties, 'frontendIPConfigurations').map(frontendOf)
    const loadBalancingRules = listIn(properties, 'loadBalancingRules').map((rule, at) =>
      ruleOf(rule, at, whole, own),
    )
    return (
      loadBalancerForm.observe?.(
        { ...whole, properties: { ...properties, frontendIPConfigurations, loadBalancingRules } },
        cluster,
      ) ?? []
    )
  })
}

/** Public IP addresses as our form reads them. */
export function publicIPsIn(bodies: unknown, clusterName: string): readonly Observed[] {
  const form = publicIPForm(defaultConfig)
  return bodiesIn(bodies).flatMap(
    (body) =>
      form.observe?.(complete(body, 'publicIPAddresses', clusterName), {
        name: clusterName,
        uid: 'cluster',
      }) ?? [],
  )
}

/** Load balancers that only the addresses on them tell of. */
export const balancersBehind = (bodies: unknown): readonly JsonObject[] =>
  bodiesIn(bodies).flatMap((body) => {
    const used = textIn(objectIn(objectIn(body, 'properties'), 'ipConfiguration'), 'id')
    const [, name, frontend] = /\/loadBalancers\/([^/]+)\/frontendIPConfigurations\/([^/]+)$/.exec(used) ?? []
    if (name === undefined || frontend === undefined) return []
    const publicIPAddress = { id: textIn(body, 'id') || textIn(body, 'name') }
    return [
      {
        name,
        properties: { frontendIPConfigurations: [{ name: frontend, properties: { publicIPAddress } }] },
      },
    ]
  })
