import type { Fact, Facts, Lookup } from '../../src/provider/blueprint.ts'
import type { Problem } from '../../src/model/problem.ts'

/** `openstack/octavia`: what Octavia answers for itself. */
interface OctaviaFact {
  readonly version?: string
  /** Whether there is a key manager (Barbican) in the catalog. */
  readonly keyManager?: boolean
  readonly availabilityZones?: readonly string[]
}

/** `openstack/network`: networks and subnets that the project sees. */
export interface NetworkFact {
  readonly networks: readonly NetworkItem[]
  readonly subnets: readonly SubnetItem[]
}

export interface NetworkItem {
  readonly id: string
  readonly name: string
  readonly external: boolean
}

export interface SubnetItem {
  readonly id: string
  readonly name: string
  readonly networkId: string
  readonly cidr: string
  readonly tags?: readonly string[]
  /** Of an external network: what is left for floating IPs. */
  readonly freeAddresses?: number
}

/** `openstack/floating-ips`. */
export interface FloatingIpItem {
  readonly id: string
  readonly address: string
  readonly networkId: string
  /** What it is attached to; absent while it is free. */
  readonly portId?: string
}

/** `openstack/ports`: the ports of nodes, and those named as the address of a load balancer. */
export interface PortItem {
  readonly id: string
  readonly networkId: string
  readonly addresses: readonly { readonly subnetId: string; readonly address: string }[]
  /** False: no security group can be on it. */
  readonly portSecurity?: boolean
}

/** A lookup, and the type of what answers it. */
interface Typed<T> extends Lookup {
  readonly of?: T
}

export const octavia: Typed<OctaviaFact> = { key: 'openstack/octavia', what: 'what Octavia can do' }
export const network: Typed<NetworkFact> = {
  key: 'openstack/network',
  what: 'the networks and subnets of the project',
}
export const floatingIps: Typed<readonly FloatingIpItem[]> = {
  key: 'openstack/floating-ips',
  what: 'the floating IPs of the project',
}
export const ports: Typed<readonly PortItem[]> = { key: 'openstack/ports', what: 'the ports of the nodes' }
export const containers: Typed<readonly string[]> = {
  key: 'openstack/containers',
  what: 'the certificates that Barbican keeps',
}

/** A fact that is there, as the type that this provider gives it. */
export function factOf<T>(facts: Facts, { key }: Typed<T>): T | undefined {
  const fact = facts.get(key)
  return fact !== undefined && 'value' in fact ? (fact.value as T) : undefined
}

export const factProblems = (facts: Facts): readonly Problem[] =>
  [...facts.values()].flatMap((fact: Fact) => ('problem' in fact ? [fact.problem] : []))
