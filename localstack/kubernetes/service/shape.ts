import { equal } from '../../../src/lib/json.ts'
import type { ServiceObject, ServiceSpec } from '../../../src/model/objects.ts'
import type { Draft } from '../object.ts'

export type ServiceDraft = Draft<ServiceObject>
export type SpecDraft = Draft<ServiceSpec>

/** What a type of Service calls for. The questions take a spec, stored or still a draft. */
type Spec = ServiceSpec | SpecDraft

export const needsClusterIP = (spec: Spec) => spec.type !== 'ExternalName'
export const needsNodePort = (spec: Spec) => spec.type === 'NodePort' || spec.type === 'LoadBalancer'
export const needsHealthPort = (spec: Spec) =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
export const isHeadless = (spec: Spec) => spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None'
export const isExternal = (spec: Spec) => needsNodePort(spec) || (spec.externalIPs ?? []).length > 0

export const nodePortsOf = (spec: Spec): number[] =>
  (spec.ports ?? []).flatMap((port) => (port.nodePort ? [port.nodePort] : []))

export const sameClusterIPs = (a: Spec, b: Spec) =>
  a.clusterIP === b.clusterIP && equal(a.clusterIPs ?? [], b.clusterIPs ?? [])

export const familyOf = (address: string) => (address.includes(':') ? 'IPv6' : 'IPv4')

export function specOf(draft: ServiceDraft): SpecDraft {
  draft.spec ??= {}
  return draft.spec
}
