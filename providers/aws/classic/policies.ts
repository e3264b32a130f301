import type { Json, JsonObject } from '../../../src/lib/json.ts'
import type { Wish } from '../wish.ts'

/** The names of cloud-provider-aws, so that its policies are found as they are. */
const proxyPolicy = 'k8s-proxyprotocol-enabled'
export const tlsPolicyName = (reference: string): string => `k8s-SSLNegotiationPolicy-${reference}`

export interface ClassicPolicies {
  /** By name. */
  readonly policies: Readonly<Record<string, JsonObject>>
  /** By the port of the nodes: what is sent there. */
  readonly backends: Readonly<Record<string, JsonObject>>
  readonly origins: Readonly<Record<string, string>>
}

const policy = (type: string, name: string, value: string): JsonObject => ({
  PolicyTypeName: type,
  PolicyAttributes: [{ AttributeName: name, AttributeValue: value }],
})

/** Policies are made on the load balancer, then put on a listener by name or on every port of the nodes. */
export function classicPolicies({ lb, settings }: Wish, tls: boolean): ClassicPolicies {
  const { proxyProtocol, tlsPolicy } = settings
  const policies: Record<string, JsonObject> = {}
  const backends: Record<string, JsonObject> = {}
  const origins: Record<string, string> = {}
  if (tls && tlsPolicy !== undefined) {
    const name = tlsPolicyName(tlsPolicy.value)
    policies[name] = policy('SSLNegotiationPolicyType', 'Reference-Security-Policy', tlsPolicy.value)
    origins[`Policies.${name}.PolicyTypeName`] = tlsPolicy.path
  }
  if (proxyProtocol === undefined || proxyProtocol.value === 'off') return { policies, backends, origins }
  policies[proxyPolicy] = policy('ProxyProtocolPolicyType', 'ProxyProtocol', 'true')
  origins[`Policies.${proxyPolicy}.PolicyTypeName`] = proxyProtocol.path
  for (const { port, nodePort } of lb.ports) {
    const at = String(nodePort ?? `<nodePort of ${port}>`)
    const names: Json = [proxyPolicy]
    backends[at] = { PolicyNames: names }
    origins[`BackendServerDescriptions.${at}.PolicyNames`] = proxyProtocol.path
  }
  return { policies, backends, origins }
}
