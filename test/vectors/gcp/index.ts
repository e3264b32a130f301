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

const oneEngine =
  'one engine of the peer leaves these to the other; here one engine serves both and takes over what either made'
const oneFamily =
  'ranges of one family open the other family to all; here a list of ranges never opens anything that is not in it'
const firstProtocol =
  'without its flags the peer serves one protocol and drops the other in silence; here all ports are served'
const oneTier =
  'the fake cloud keeps the address in the other tier; an address has one tier, so a new one is reserved here'
const unreserved =
  'the peer takes another address where none of that name is reserved; here that is an error, so that no client meets a wrong address'

const each = (file: string, why: string, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [`gcp/${file}.json: ${name}`, why]))

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
    ...each('forwarding-rules', firstProtocol, ['off_ipv4', 'off_ipv6', 'on_ipv6']),
    ...each('firewalls', oneFamily, [
      'Should return allow all if only IPv6 CIDRs in Spec',
      'Should return allow all if only IPv4 CIDRs in Spec',
    ]),
    ...each(
      'firewalls',
      'the priority of a rule is fixed, so that an allow rule is always before the deny rule',
      ['non default priority'],
    ),
    ...each('addresses', oneTier, [
      'tier from annotation: Premium to Standard',
      'tier from annotation: Standard to Premium',
    ]),
    ...each('options', unreserved, ['Addresses in annotation, but not reserved']),
    ...each(
      'options',
      'the API server fills the time-out in with three hours, so a manifest without one is no mistake',
      ['strong session affinity has empty ClientIPConfig'],
    ),
    ...each('health-checks', 'nodes of one network are served: the cluster’s', [
      'create cluster mode multinet',
    ]),
    ...each('legacy-external', 'a Service with TCP and UDP ports is refused there and served here', [
      'TCP and UDP',
    ]),
    ...each('legacy-external', oneEngine, [
      'Unset loadBalancerClass and RBS is default',
      'When RBS enabled',
      'When RBS enabled and RBS is default',
      'When RBS not enabled and RBS is default',
      'When RBS annotation has wrong value and RBS is default',
      'When has ELBRBSFinalizer V2',
      'When has ELBRBSFinalizer V3',
      'When has ELBRBSFinalizer V2 and RBS is default',
      'When has ELBRBSFinalizer V3 and RBS is default',
      'When has no finalizer and RBS is default',
    ]),
  },
}
