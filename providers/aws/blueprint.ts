import type { Blueprint } from '../../src/provider/blueprint.ts'
import { awsAnnotations } from './annotations.ts'
import { classicForm } from './classic/form.ts'
import { type AwsConfig, defaultConfig } from './config.ts'
import { desiredFor } from './desired.ts'
import { groupResource } from './desired-security-group.ts'
import { contradictionsIn } from './facts-contradictions.ts'
import { answerFrom, givenBy } from './facts-given.ts'
import { podsBehind } from './follow.ts'
import { forms } from './kinds/forms.ts'
import { controllerClass } from './layout.ts'
import { lookupsFor } from './lookups.ts'
import { backendsOf } from './pod-backends.ts'
import { bindingGateIsFor } from './pod-gates.ts'
import { joinedBy } from './share.ts'
import { referredBy } from './shares.ts'
import { statusFor } from './status.ts'

export function createBlueprint(settings: Partial<AwsConfig>): Blueprint {
  const config: AwsConfig = { ...defaultConfig, ...settings }
  return {
    name: 'aws',
    annotations: awsAnnotations,
    can: {
      mixedProtocols: true,
      sourceRanges: true,
      internal: true,
      tls: true,
      proxyProtocol: true,
      udp: true,
      sctp: false,
      ipv6: true,
      dualStack: true,
      familiesApart: true,
      nodePortsOptional: true,
      requestedAddress: false,
      sessionAffinity: true,
    },
    kinds: {
      ...forms,
      'classic-load-balancer': classicForm,
    },
    classes: [controllerClass],
    lookups: lookupsFor,
    facts: {
      schema: async () => (await import('./facts-schema.ts')).factsSchema,
      contradictions: contradictionsIn,
      answer: answerFrom,
      given: givenBy,
    },
    refersTo: referredBy,
    backends: (lb) => backendsOf(lb, config),
    podsBehind,
    honoursGate: bindingGateIsFor,
    joins: joinedBy,
    desired: (lb, context) => desiredFor(lb, context, config),
    shared: (to) => groupResource(to.key),
    statusOf: statusFor,
  }
}
