import { partOf } from '../../../providers/azure/arm.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { textIn } from '../../../src/lib/json-fields.ts'
import { idOf } from './described-id.ts'

export interface Balancer {
  readonly spec: JsonObject
  /** By the keys of parts. What somebody made by hand is among them, under the list that Azure has it in. */
  readonly parts: Map<string, JsonObject>
}

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})

const ruleDefaults = {
  loadDistribution: 'Default',
  idleTimeoutInMinutes: 4,
  enableFloatingIP: false,
  enableTcpReset: false,
  enableDestinationServiceEndpoint: false,
  enableConnectionTracking: false,
  disableOutboundSnat: false,
}
const frontendDefaults = { privateIPAddressVersion: 'IPv4', privateIPAllocationMethod: 'Dynamic' }
const probeDefaults = { numberOfProbes: 1, noHealthyBackendsBehavior: 'AllProbedDown' }

/** Azure writes the resource group in its own way, that of a subnet in small letters. */
export function answered(value: Json): Json {
  if (typeof value === 'string')
    return value.startsWith('/subscriptions/')
      ? value.includes('/subnets/')
        ? value.toLowerCase()
        : value.replace('/resourceGroups/shop/', '/resourceGroups/SHOP/')
      : value
  if (Array.isArray(value)) return value.map((item: Json) => answered(item))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, answered(item)]))
}

export function balancerBody(
  name: string,
  { spec, parts }: Balancer,
  pools: readonly (readonly [string, JsonObject])[],
): JsonObject {
  const under = (start: string): readonly (readonly [string, JsonObject])[] =>
    [...parts].flatMap(([key, part]) =>
      key.startsWith(start) ? [[textIn(part, 'name') ?? key.slice(start.length), part] as const] : [],
    )
  const rules = under('rule/')
  /** The rules that point at something, as it tells them itself. */
  const back = (type: string, field: string, of: string): JsonObject => ({
    loadBalancingRules: rules.flatMap(([rule, { properties }]) =>
      partOf(object(object(properties)[field])['id'], type) === of
        ? [{ id: idOf('loadBalancers', name, 'loadBalancingRules', rule) }]
        : [],
    ),
  })
  const sub = (type: string, of: string, body: JsonObject, more: JsonObject): JsonObject => ({
    name: of,
    id: idOf('loadBalancers', name, type, of),
    etag: 'W/"7"',
    type: `Microsoft.Network/loadBalancers/${type}`,
    ...body,
    properties: { provisioningState: 'Succeeded', ...more, ...object(body['properties']) },
  })
  const raw = (list: string): readonly JsonObject[] => under(`${list}/`).map(([, body]) => body)
  return {
    name,
    id: idOf('loadBalancers', name),
    etag: 'W/"7"',
    type: 'Microsoft.Network/loadBalancers',
    ...spec,
    location: 'West Europe',
    sku: { ...object(spec['sku']), tier: 'Regional' },
    properties: {
      provisioningState: 'Succeeded',
      resourceGuid: 'guid',
      frontendIPConfigurations: under('frontend/').map(([of, body]) =>
        sub('frontendIPConfigurations', of, body, {
          ...frontendDefaults,
          ...back('frontendIPConfigurations', 'frontendIPConfiguration', of),
        }),
      ),
      backendAddressPools: pools.map(([of, body]) =>
        sub('backendAddressPools', of, body, {
          backendIPConfigurations: [],
          ...back('backendAddressPools', 'backendAddressPool', of),
        }),
      ),
      loadBalancingRules: rules.map(([of, body]) => {
        const pool = object(object(body['properties'])['backendAddressPool'])
        return sub('loadBalancingRules', of, body, { ...ruleDefaults, backendAddressPools: [pool] })
      }),
      probes: under('probe/').map(([of, body]) =>
        sub('probes', of, body, { ...probeDefaults, ...back('probes', 'probe', of) }),
      ),
      inboundNatRules: raw('inboundNatRules'),
      inboundNatPools: raw('inboundNatPools'),
      outboundRules: raw('outboundRules'),
    },
  }
}
