import type { JsonObject } from '../../../src/lib/json.ts'
import { type Part, type Parts, unknown } from '../../../src/plan/resource.ts'
import { allocated, nodePortGap } from '../routes.ts'
import type { Wish } from '../wish.ts'

/** The names of cloud-provider-aws, so that its policies are found as they are. */
const proxyPolicy = 'k8s-proxyprotocol-enabled'
const tlsPolicyPrefix = 'k8s-SSLNegotiationPolicy-'
export const tlsPolicyName = (reference: string): string => `${tlsPolicyPrefix}${reference}`
export const isTlsPolicy = (name: string): boolean => name.startsWith(tlsPolicyPrefix)
/** What AWS puts on a listener that ends TLS by itself. */
export const standardTlsPolicy = 'ELBSecurityPolicy-2016-08'

export const policyKey = (name: string): string => `policy/${name}`
export const backendKey = (port: string | number): string => `backend/${port}`

const policy = (name: string, type: string, attribute: string, value: string): JsonObject => ({
  PolicyName: name,
  PolicyTypeName: type,
  PolicyAttributes: [{ AttributeName: attribute, AttributeValue: value }],
})

/** A policy of ours by its name, which tells all that is in it: AWS never changes one. */
export function policyNamed(name: string): JsonObject | undefined {
  if (name === proxyPolicy) return policy(name, 'ProxyProtocolPolicyType', 'ProxyProtocol', 'true')
  if (!isTlsPolicy(name)) return undefined
  const reference = name.slice(tlsPolicyPrefix.length)
  return policy(name, 'SSLNegotiationPolicyType', 'Reference-Security-Policy', reference)
}

/** Policies are made on the load balancer, then put on a listener by name or on every port of the nodes. */
export function classicPolicies({ lb, settings }: Wish, tls: boolean): Parts {
  const { proxyProtocol, tlsPolicy } = settings
  const owners = [lb.owner]
  const parts: Record<string, Part> = {}
  const add = (name: string, path: string): void => {
    parts[policyKey(name)] = { spec: policyNamed(name) ?? {}, owners, path }
  }
  if (tls && tlsPolicy !== undefined) add(tlsPolicyName(tlsPolicy.value), tlsPolicy.path)
  if (proxyProtocol === undefined || proxyProtocol.value === 'off') return parts
  add(proxyPolicy, proxyProtocol.path)
  for (const { port, nodePort } of lb.ports) {
    const at = nodePort ?? `<nodePort of ${port}>`
    parts[backendKey(at)] = {
      spec: { InstancePort: nodePort ?? unknown(allocated(nodePortGap(port))), PolicyNames: [proxyPolicy] },
      owners,
      path: proxyProtocol.path,
    }
  }
  return parts
}
