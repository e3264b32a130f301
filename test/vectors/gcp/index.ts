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
    'gcp/forwarding-rules.json: off_ipv6':
      'with mixed protocols off the peer serves the first protocol and drops the others in silence; here all ports are served',
    'gcp/forwarding-rules.json: off_ipv4':
      'with mixed protocols off the peer serves the first protocol and drops the others in silence; here all ports are served',
    'gcp/forwarding-rules.json: on_ipv6':
      'without the L3 flag the peer serves one protocol over IPv6 and drops the other in silence; here both are served',
    'gcp/firewalls.json: Should return allow all if only IPv6 CIDRs in Spec':
      'ranges of one family open the other family to all; here a list of ranges never opens anything that is not in it',
    'gcp/addresses.json: tier from annotation: Premium to Standard':
      'the fake cloud keeps a Premium address in the Standard tier; an address has one tier, so a new one is reserved here',
    'gcp/addresses.json: tier from annotation: Standard to Premium':
      'the fake cloud keeps a Standard address in the Premium tier; an address has one tier, so a new one is reserved here',
  },
}
