import type { Blueprint } from '../../src/provider/blueprint.ts'
import { openstackAnnotations } from './annotations.ts'
import { defaultConfig, type OpenStackConfig } from './config.ts'
import { desiredFor } from './desired.ts'
import { nodeGroup, nodePort } from './desired-security-group.ts'
import { contradictionsIn } from './facts-contradictions.ts'
import { answerFrom } from './facts-given.ts'
import { floatingIpForm } from './kinds/floating-ip-form.ts'
import { healthMonitorForm } from './kinds/health-monitor-form.ts'
import { listenerForm } from './kinds/listener-form.ts'
import { loadBalancerForm } from './kinds/load-balancer-form.ts'
import { poolForm } from './kinds/pool-form.ts'
import { portForm, securityGroupForm, withGroupOwners } from './kinds/security-group-form.ts'
import { lookupsFor } from './lookups.ts'
import { statusFor } from './status.ts'

export function createBlueprint(settings: Partial<OpenStackConfig>): Blueprint {
  const config: OpenStackConfig = { ...defaultConfig, ...settings }
  return {
    name: 'openstack',
    annotations: openstackAnnotations,
    can: {
      mixedProtocols: true,
      sourceRanges: true,
      internal: true,
      tls: true,
      proxyProtocol: true,
      udp: true,
      sctp: true,
      ipv6: true,
      dualStack: false,
      requestedAddress: true,
      sessionAffinity: true,
    },
    kinds: {
      'load-balancer': loadBalancerForm(config.maxSharedLb),
      listener: listenerForm,
      pool: poolForm,
      'health-monitor': healthMonitorForm,
      'floating-ip': floatingIpForm(config.maxSharedLb),
      'security-group': securityGroupForm,
      port: portForm,
    },
    classes: [],
    lookups: (lb) => lookupsFor(lb, config),
    facts: {
      schema: async () => (await import('./facts-schema.ts')).factsSchema,
      contradictions: contradictionsIn,
      answer: answerFrom,
    },
    related: withGroupOwners,
    desired: (lb, context) => desiredFor(lb, context, config),
    shared: (to) => {
      if (to.kind === 'security-group') return nodeGroup(to.key)
      if (to.kind === 'port') return nodePort(to.key)
      return { stack: to.stack, kind: to.kind, key: to.key, spec: {}, owners: [], body: 'foreign' }
    },
    statusOf: (owner, observed, of, current) => statusFor(owner, observed, { of, current }, config),
  }
}
