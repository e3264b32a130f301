import type { GateMatch } from '../../src/model/readiness-gates.ts'

/** What the webhook of the AWS Load Balancer Controller writes into pods; the name of a TargetGroupBinding follows. */
const bindingGate = /^target-health\.elbv2\.k8s\.aws\/k8s-(?<namespace>\w+)-(?<service>\w+)-[0-9a-f]{10}$/

/** Of the names, that controller keeps letters and digits, eight of each. */
const short = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 8)

/**
 * A gate names a binding, whose hash we cannot make again: the names in it say whose it is. Pods that were admitted
 * before that controller went still carry it.
 */
export const bindingGateIsFor: GateMatch = (conditionType, namespace, service) => {
  const found = bindingGate.exec(conditionType)?.groups
  return found?.['namespace'] === short(namespace) && found['service'] === short(service)
}
