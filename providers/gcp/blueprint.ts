import type { Blueprint } from '../../src/provider/blueprint.ts'
import { gcpAnnotations } from './annotations.ts'
import { defaultConfig, type GcpConfig } from './config.ts'
import { desiredFor } from './desired.ts'
import { contradictionsIn } from './facts-contradictions.ts'
import { answerFrom } from './facts-given.ts'
import { addressForm } from './kinds/address-form.ts'
import { backendServiceForm } from './kinds/backend-service-form.ts'
import { firewallForm } from './kinds/firewall-form.ts'
import { forwardingRuleForm } from './kinds/forwarding-rule-form.ts'
import { endpointGroupForm, instanceGroupForm } from './kinds/group-forms.ts'
import { healthCheckForm } from './kinds/health-check-form.ts'
import { httpHealthCheckForm, targetPoolForm } from './kinds/legacy-forms.ts'
import { sslProxyForm, tcpProxyForm } from './kinds/proxy-forms.ts'
import { lookupsFor } from './lookups.ts'
import { clusterOwner } from './owners.ts'
import { gcpClasses } from './scheme.ts'
import { statusFor } from './status.ts'

const forms = [
  addressForm,
  healthCheckForm,
  firewallForm,
  endpointGroupForm,
  instanceGroupForm,
  backendServiceForm,
  tcpProxyForm,
  sslProxyForm,
  forwardingRuleForm,
  targetPoolForm,
  httpHealthCheckForm,
]

export function createBlueprint(settings: Partial<GcpConfig>): Blueprint {
  const config: GcpConfig = { ...defaultConfig, ...settings }
  return {
    name: 'gcp',
    annotations: gcpAnnotations,
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
      requestedAddress: true,
      sessionAffinity: true,
    },
    kinds: Object.fromEntries(forms.map((form) => [form.name, form])),
    classes: gcpClasses,
    lookups: (lb, nodes) => lookupsFor(lb, nodes, config),
    facts: {
      schema: async () => (await import('./facts-schema.ts')).factsSchema,
      contradictions: contradictionsIn,
      answer: answerFrom,
    },
    desired: (lb, context) => desiredFor(lb, context, config),
    shared: (to, { cluster }) => ({ ...to, spec: {}, parts: {}, owners: [clusterOwner(cluster)] }),
    statusOf: (_owner, observed, outcome, current) => statusFor(observed, outcome, current),
  }
}
