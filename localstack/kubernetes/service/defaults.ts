import { equal } from '../../../src/lib/json.ts'
import type { ServiceObject, ServiceSpec } from '../../../src/model/objects.ts'
import * as shape from './shape.ts'
import type { ServiceDraft, SpecDraft } from './shape.ts'

/** Brings a Service as a client wrote it into the form in which it is checked and stored. */
export function prepareService(draft: ServiceDraft, before: ServiceObject | undefined): void {
  const spec = shape.specOf(draft)
  fillDefaults(spec)
  if (before === undefined) draft.status = { loadBalancer: {} }
  else {
    keepAllocated(spec, before.spec ?? {})
    dropForeign(spec, before.spec ?? {})
  }
  followClusterIP(spec, before?.spec)
}

function fillDefaults(spec: SpecDraft): void {
  spec.type ??= 'ClusterIP'
  spec.sessionAffinity ??= 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig ??= {}
    spec.sessionAffinityConfig.clientIP ??= {}
    spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= 10_800
  }
  for (const port of spec.ports ?? []) {
    port.protocol ??= 'TCP'
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '')
      port.targetPort = port.port
    if (port.nodePort === 0) delete port.nodePort
  }
  if (shape.isExternal(spec)) spec.externalTrafficPolicy ??= 'Cluster'
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster'
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
}

/** Lets a client send again the YAML it once created from: what we allocated stays allocated. */
function keepAllocated(spec: SpecDraft, before: ServiceSpec): void {
  if (shape.needsClusterIP(before) && shape.needsClusterIP(spec)) {
    if (!spec.clusterIP && before.clusterIP !== undefined) spec.clusterIP = before.clusterIP
    if (!spec.clusterIPs?.length && before.clusterIPs !== undefined) spec.clusterIPs = [...before.clusterIPs]
    if (before.ipFamilyPolicy !== undefined) spec.ipFamilyPolicy ??= before.ipFamilyPolicy
    if (before.ipFamilies !== undefined) spec.ipFamilies ??= [...before.ipFamilies]
  }
  if (shape.needsNodePort(before) && shape.needsNodePort(spec)) {
    const named = new Map(before.ports?.map((port) => [port.name, port.nodePort]))
    const taken = shape.nodePortsOf(spec)
    for (const port of spec.ports ?? []) {
      const old = named.get(port.name)
      if (port.nodePort === undefined && old !== undefined && !taken.includes(old)) port.nodePort = old
    }
  }
  if (shape.needsHealthPort(before) && shape.needsHealthPort(spec) && !spec.healthCheckNodePort)
    if (before.healthCheckNodePort !== undefined) spec.healthCheckNodePort = before.healthCheckNodePort
}

/**
 * A change of type takes away what the new type has no use for, unless the client changed that too: then it is a
 * mistake, and validation says so.
 */
function dropForeign(spec: SpecDraft, before: ServiceSpec): void {
  const drop = (field: keyof ServiceSpec) => {
    if (equal(spec[field], before[field])) delete spec[field]
  }
  if (shape.needsClusterIP(before) && !shape.needsClusterIP(spec)) {
    if (shape.sameClusterIPs(before, spec)) {
      delete spec.clusterIP
      delete spec.clusterIPs
    }
    drop('ipFamilies')
    drop('ipFamilyPolicy')
  }
  if (shape.needsNodePort(before) && !shape.needsNodePort(spec)) {
    const old = shape.nodePortsOf(before)
    if (shape.nodePortsOf(spec).every((port) => old.includes(port)))
      for (const port of spec.ports ?? []) delete port.nodePort
  }
  if (shape.needsHealthPort(before) && !shape.needsHealthPort(spec)) drop('healthCheckNodePort')
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    drop('allocateLoadBalancerNodePorts')
    drop('loadBalancerClass')
  }
  if (shape.isExternal(before) && !shape.isExternal(spec)) drop('externalTrafficPolicy')
}

/** Keeps the old singular field and the list in step: a client may write either. */
function followClusterIP(spec: SpecDraft, before: ServiceSpec | undefined): void {
  if (!spec.clusterIP || !shape.needsClusterIP(spec)) return
  const changed = before !== undefined && before.clusterIP !== spec.clusterIP
  if (!spec.clusterIPs?.length || (changed && equal(before.clusterIPs, spec.clusterIPs)))
    spec.clusterIPs = [spec.clusterIP]
}
