import type { Blueprint } from '../../src/provider/blueprint.ts'
import { gcpAnnotations } from './annotations.ts'
import { defaultConfig, type GcpConfig } from './config.ts'

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
    kinds: {},
    classes: [],
    lookups: () => [],
    facts: {
      schema: async () => (await import('./facts-schema.ts')).factsSchema,
      answer: ({ key, what }) => ({ key, unknown: what }),
    },
    desired: () => ({ resources: [], problems: [] }),
    shared: (to) => ({ ...to, spec: {}, owners: [] }),
    statusOf: (_owner, _observed, _outcome, current) => (config.clusterName === '' ? {} : current),
  }
}
