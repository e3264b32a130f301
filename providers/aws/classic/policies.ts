import type { JsonObject } from '../../../src/lib/json.ts'
import { type Part, type Parts, unknown } from '../../../src/plan/resource.ts'
import { allocated, nodePortGap } from '../routes.ts'
import type { Wish } from '../wish.ts'

/** The names of cloud-provider-aws, so that its policies are found as they are. */
const proxyPolicy = 'k8s-proxyprotocol-enabled'
export const tlsPolicyName = (reference: string): string => `k8s-SSLNegotiationPolicy-${reference}`

export const backendKey = (port: string | number): string => `backend/${port}`

interface ClassicPolicies {
  /** By name. */
  readonly policies: Readonly<Record<string, JsonObject>>
  /** By the port of the nodes: what is sent there. */
  readonly backends: Parts
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
  const backends: Record<string, Part> = {}
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
    const at = nodePort ?? `<nodePort of ${port}>`
    backends[backendKey(at)] = {
      spec: { InstancePort: nodePort ?? unknown(allocated(nodePortGap(port))), PolicyNames: [proxyPolicy] },
      owners: [lb.owner],
      path: proxyProtocol.path,
    }
  }
  return { policies, backends, origins }
}
