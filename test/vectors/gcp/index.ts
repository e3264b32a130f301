import type { CloudVectors, Compare } from '../vector.ts'
import { addressCompares } from './addresses.ts'
import { annotationCompares } from './annotations.ts'
import { firewallCompares } from './firewalls.ts'
import { forwardingRuleCompares } from './forwarding-rules.ts'
import { healthCheckCompares } from './health-checks.ts'
import { legacyCompares } from './legacy.ts'
import { ensure, remove } from './mixed.ts'
import { namingCompares } from './naming.ts'
import { optionCompares } from './options.ts'
import { pitfalls } from './pitfalls.ts'

const compares: Readonly<Record<string, Compare>> = {
  'v2.ilb.ensure': ensure,
  'v2.netlb.ensure': ensure,
  'v2.ilb.delete': remove,
  'v2.netlb.delete': remove,
  ...optionCompares,
  ...forwardingRuleCompares,
  ...healthCheckCompares,
  ...firewallCompares,
  ...addressCompares,
  ...annotationCompares,
  ...legacyCompares,
  ...namingCompares,
}

const objects = ['mixed-ilb', 'mixed-netlb', 'options', 'forwarding-rules', 'health-checks']

export const gcp: CloudVectors = {
  cloud: 'gcp',
  graded: (file) =>
    file === 'gcp/naming.json'
      ? 'naming'
      : objects.some((name) => file === `gcp/${name}.json`)
        ? 'objects'
        : 'helpers',
  compare: ({ operation = '' }) => compares[operation],
  listed: {
    'gcp/health-checks.json: create cluster mode multinet':
      'nodes are served in one network, that of the cluster, so a check has one firewall rule',
  },
  pitfalls,
}
