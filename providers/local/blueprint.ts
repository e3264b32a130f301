import type { Blueprint } from '../../src/provider/blueprint.ts'
import { localAnnotations, settingsFor } from './annotations.ts'
import { defaultConfig, type LocalConfig } from './config.ts'
import { desiredFor } from './desired.ts'
import { answerFrom, contradictionsIn } from './facts-given.ts'
import { addressForm } from './kinds/address-form.ts'
import { certificateForm } from './kinds/certificate-form.ts'
import { listenerForm } from './kinds/listener-form.ts'
import { lookupsFor } from './lookups.ts'
import { statusFor } from './status.ts'
import { stackOfGroup } from './tags.ts'

export function createBlueprint(settings: Partial<LocalConfig>): Blueprint {
  const config: LocalConfig = { ...defaultConfig, ...settings }
  return {
    name: 'local',
    annotations: localAnnotations,
    can: {
      mixedProtocols: true,
      sourceRanges: true,
      internal: true,
      tls: true,
      proxyProtocol: true,
      udp: true,
      sctp: false,
      ipv6: false,
      dualStack: false,
      requestedAddress: true,
      sessionAffinity: true,
    },
    kinds: { address: addressForm, certificate: certificateForm, listener: listenerForm },
    classes: [],
    lookups: lookupsFor,
    facts: {
      schema: async () => (await import('./facts-schema.ts')).factsSchema,
      contradictions: contradictionsIn,
      answer: answerFrom,
    },
    joins: (lb) => {
      const { group } = settingsFor(lb)
      return group === undefined ? [] : [stackOfGroup(group.value)]
    },
    desired: (lb, context) => desiredFor(lb, context, config),
    shared: (to) => ({ ...to, spec: {}, owners: [], body: 'foreign' }),
    statusOf: statusFor,
  }
}
