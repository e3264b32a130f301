import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Compare, Vector } from '../vector.ts'
import {
  applied,
  type Asked,
  askedFor,
  blueprintWith,
  differences,
  fakeCloud,
  find,
  type Flags,
  isError,
  planServices,
  wholeService,
} from './planned.ts'

const off = (flag: unknown, feature: string): Flags => (flag === true ? {} : { without: [feature] })

const asked = (one: Vector, flags: Flags = {}, facts: JsonObject = {}): Asked =>
  askedFor(flags, wholeService(one.service), { facts: { ...fakeCloud, ...facts } })

const expected = (one: Vector): Readonly<Record<string, unknown>> =>
  one.expected as Readonly<Record<string, unknown>>

const weighted: Compare = (one) => {
  const { resources } = asked(one, off(one.context['weightedFlagEnabled'], 'weighted'))
  const wanted = expected(one)['backendService'] as JsonObject
  const policy = find(resources, 'backend-service')?.['localityLbPolicy'] ?? ''
  return differences('localityLbPolicy', policy, wanted['localityLbPolicy'])
}

const zonalAffinity: Compare = (one) => {
  const { resources } = asked(one, off(one.context['zonalAffinityFlagEnabled'], 'zonal-affinity'))
  const policy = find(resources, 'backend-service')?.['networkPassThroughLbTrafficPolicy']
  const zonal = isObject(policy) && isObject(policy['zonalAffinity']) ? policy['zonalAffinity'] : {}
  return [
    ...differences(
      'enabled',
      zonal['spillover'] !== 'ZONAL_AFFINITY_DISABLED',
      expected(one)['zonalAffinityEnabled'],
    ),
    ...differences('ratio', zonal['spilloverRatio'] ?? 0, expected(one)['zonalAffinitySpilloverRatio']),
  ]
}

const strongAffinity: Compare = (one) =>
  differences(
    'error',
    isError(asked(one, off(one.context['enableStrongSessionAffinity'], 'strong-affinity'))),
    expected(one)['error'],
  )

const userError: Compare = (one) => differences('userError', isError(asked(one)), expected(one)['userError'])

const badSubnet: Compare = (one) => {
  const { subnetIpv6AccessType: ipv6AccessType, subnetStackType: stackType } = one.context
  const subnet = {
    name: 'test-subnet',
    ...(typeof ipv6AccessType === 'string' && ipv6AccessType !== '' ? { ipv6AccessType } : {}),
    // The peers' tests have a short word for it, which the API does not know.
    ...(typeof stackType === 'string' && stackType !== ''
      ? { stackType: stackType === 'IPV4' ? 'IPV4_ONLY' : stackType }
      : {}),
  }
  const exists = one.context['subnetMissing'] !== true && one.context['subnetExists'] !== false
  const facts = { subnets: exists ? [subnet] : [] }
  return differences('userError', isError(asked(one, {}, facts)), expected(one)['userError'])
}

/** The status of the rules as they will be: what the cloud chooses is an address like any other. */
const staticAddresses: Compare = (one) => {
  const reserved = (one.context['addressesToReserve'] ?? []) as readonly JsonObject[]
  const addresses = reserved.map(({ ipv6EndpointType: _type, ...address }) => address)
  const { resources, problems } = asked(one, {}, { addresses })
  const rules = resources.filter(({ kind }) => kind === 'forwarding-rule')
  const observed = rules.map(({ spec, ...rule }, at): Observed => {
    const address = typeof spec['IPAddress'] === 'string' ? spec['IPAddress'] : `192.0.2.${at}`
    return {
      ...rule,
      spec,
      id: rule.key,
      out: { address },
      state: 'ready',
      serving: true,
      depth: 'read',
      asOf: 0,
    }
  })
  const [rule] = observed
  if (rule === undefined) return problems.map(({ message }) => message)
  const status = blueprintWith({}).statusOf(
    rule.owners[0] ?? { uid: '', name: '' },
    observed,
    { converged: true, deleting: false },
    {},
  )
  const ips = (status.ingress ?? []).map(({ ip }) => ip)
  const wanted = (expected(one)['statusIPsInclude'] ?? []) as readonly string[]
  const owned = resources
    .filter(({ kind }) => kind === 'address')
    .some(({ spec }) => addresses.some(({ name }) => name === spec['name']))
  return [
    ...wanted.filter((ip) => !ips.includes(ip)).map((ip) => `${ip} is not in the status: ${ips.join()}`),
    ...differences('count', ips.length, expected(one)['statusIPCount']),
    ...differences('kept on delete', !owned, expected(one)['reservedAddressesKeptOnDelete'] ?? true),
  ]
}

const logging: Compare = (one) => {
  const { manageLoggingFlag, existingGCEConfig, crdLoggingConfig } = one.context
  const service = wholeService(one.service)
  const internal = service.metadata.annotations?.['networking.gke.io/load-balancer-type'] === 'Internal'
  const blueprint = blueprintWith(off(manageLoggingFlag, 'logging'))
  const name = `${service.metadata.namespace ?? ''}/${service.metadata.name}`
  const body: JsonObject = {
    name: 'k8s2-bs',
    region: 'us-central1',
    loadBalancingScheme: internal ? 'INTERNAL' : 'EXTERNAL',
    protocol: 'TCP',
    description: JSON.stringify({ 'networking.gke.io/service-name': name }),
    ...(isObject(existingGCEConfig) ? { logConfig: existingGCEConfig } : {}),
  }
  const observed = blueprint.kinds['backend-service']?.observe?.(body, { name: '' }) ?? []
  // That the object is not there at all is told by the expected error alone.
  const missing = expected(one)['error'] === true
  const config = isObject(crdLoggingConfig) ? crdLoggingConfig : missing ? null : {}
  const { plan, problems } = planServices(blueprint, [service], {
    facts: { ...fakeCloud, logging: { [`${service.metadata.namespace ?? ''}/l4lb-config`]: config } },
    observed,
  })
  const [after] = [...applied(plan, observed).values()].filter(({ kind }) => kind === 'backend-service')
  const canonical = blueprint.kinds['backend-service']?.canonical(after?.spec ?? {})
  return [
    ...differences('logConfig', canonical?.['logConfig'], expected(one)['logConfig']),
    ...differences(
      'error',
      problems.some(({ code, severity }) => severity === 'error' || code === 'LB_GCP_LOGGING'),
      expected(one)['error'],
    ),
  ]
}

export const optionCompares: Readonly<Record<string, Compare>> = {
  'ilb.weighted': weighted,
  'netlb.weighted': weighted,
  'ilb.zonalAffinity': zonalAffinity,
  'netlb.strongSessionAffinityRequirements': strongAffinity,
  'netlb.dualStackNetworkTier': userError,
  'netlb.badSubnet': badSubnet,
  'ilb.badSubnet': badSubnet,
  'ilb.staticAddresses': staticAddresses,
  'netlb.staticAddresses': staticAddresses,
  'ilb.staticAddressesIPv6Only': staticAddresses,
  'netlb.staticAddressesIPv6Only': staticAddresses,
  'ilb.logging': logging,
  'netlb.logging': logging,
}
