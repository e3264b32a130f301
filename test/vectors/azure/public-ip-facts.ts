import type { PublicIPFact } from '../../../providers/azure/facts.ts'
import { isObject, type JsonObject } from '../../../src/lib/json.ts'

/** Public IP addresses that a case shows by Azure's own description, as facts. */
export function publicIPsIn(bodies: unknown): { readonly publicIPs: readonly PublicIPFact[] } {
  return { publicIPs: (Array.isArray(bodies) ? bodies : []).filter(isObject).map(factOf) }
}

function factOf(body: JsonObject): PublicIPFact {
  const properties = isObject(body['properties']) ? body['properties'] : {}
  const tags = isObject(body['tags']) ? body['tags'] : {}
  const { ipAddress, publicIPAddressVersion, dnsSettings } = properties
  const label = isObject(dnsSettings) ? dnsSettings['domainNameLabel'] : undefined
  const services = tags['k8s-azure-service'] ?? tags['service']
  return {
    name: typeof body['name'] === 'string' ? body['name'] : '',
    ...(typeof ipAddress === 'string' ? { ipAddress } : {}),
    // Not every case says which family it is; the address does.
    version:
      publicIPAddressVersion === 'IPv6' || (typeof ipAddress === 'string' && ipAddress.includes(':'))
        ? 'IPv6'
        : 'IPv4',
    ...(typeof label === 'string' ? { dnsLabel: label } : {}),
    ...(typeof services === 'string' ? { services: services.split(',') } : {}),
  }
}
