import type { Blueprint } from '../../src/provider/blueprint.ts'
import { awsAnnotations } from './annotations.ts'
import { liveAnnotations } from './annotations-live.ts'
import { classicForm } from './classic/form.ts'
import { type AwsConfig, defaultConfig } from './config.ts'
import { desiredFor } from './desired.ts'
import { groupResource } from './desired-security-group.ts'
import { contradictionsIn } from './facts-contradictions.ts'
import { answerFrom } from './facts-given.ts'
import { forms } from './kinds/forms.ts'
import { controllerClass } from './layout.ts'
import { lookupsFor } from './lookups.ts'
import { statusFor } from './status.ts'

/** `run`: as far as there are calls for it. The desired state knows more, and `plan` shows it. */
export function createBlueprint(settings: Partial<AwsConfig>, how: 'plan' | 'run' = 'plan'): Blueprint {
  const plans = how === 'plan'
  const config: AwsConfig = { ...defaultConfig, ...settings }
  return {
    name: 'aws',
    annotations: plans ? awsAnnotations : liveAnnotations,
    can: {
      mixedProtocols: true,
      sourceRanges: true,
      internal: true,
      tls: true,
      proxyProtocol: true,
      udp: true,
      sctp: false,
      ipv6: plans,
      dualStack: plans,
      ...(plans ? { familiesApart: true, nodePortsOptional: true } : {}),
      requestedAddress: false,
      sessionAffinity: true,
    },
    kinds: {
      ...forms,
      'classic-load-balancer': classicForm,
    },
    classes: plans ? [controllerClass] : [],
    lookups: lookupsFor,
    facts: {
      schema: async () => (await import('./facts-schema.ts')).factsSchema,
      contradictions: contradictionsIn,
      answer: answerFrom,
    },
    desired: (lb, context) => desiredFor(lb, context, config, how),
    shared: (to) => groupResource(to.key),
    statusOf: (_owner, observed, outcome, current) => statusFor(observed, outcome, current),
  }
}
