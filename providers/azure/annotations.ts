import { fail, ok } from '../../src/lib/result.ts'
import {
  type AnnotationTable,
  type AnyKeyed,
  type AnySettings,
  type Keyed,
  keyedOf,
  restricting,
  type Settings,
  settingsOf,
} from '../../src/model/annotations.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { sharedAnnotations } from '../../src/model/shared-annotations.ts'
import { cidr } from '../../src/model/value-cidr.ts'
import { integer } from '../../src/model/value-integer.ts'
import { list } from '../../src/model/value-list.ts'
import { text } from '../../src/model/value-text.ts'
import { addressAnnotations } from './annotations-address.ts'
import { otherAnnotations } from './annotations-other.ts'
import { privateLinkAnnotations } from './annotations-private-link.ts'
import { probeAnnotations } from './annotations-probe.ts'
import { nameOf, truth } from './annotation-types.ts'
import { row } from './annotation-row.ts'

const minutes = integer({ min: 4, max: 100, unit: 'minutes' })

/** Keys about the rules of the load balancer. */
const ruleAnnotations = {
  configurations: row(
    'load-balancer-configurations',
    list(nameOf('a load balancer')),
    'every load balancer whose selectors fit the Service',
    'front,back',
    'Which of several configured load balancers may take the Service, in any case.',
    takes(portable.group, (value) => ok([value])),
  ),
  idleTimeout: row(
    'load-balancer-tcp-idle-timeout',
    minutes,
    '4',
    '30',
    'Minutes after which a connection on which nothing was sent is forgotten.',
    takes(portable.idleTimeout, (seconds) =>
      seconds % 60 === 0
        ? minutes.parse(String(seconds / 60))
        : fail({
            code: 'LB_ANNOTATION_INTEGER',
            message: `Azure counts whole minutes, and ${seconds} s are none`,
            accepted: 'a multiple of 60 from 240 to 6000 (seconds)',
          }),
    ),
  ),
  disableTcpReset: row(
    'load-balancer-disable-tcp-reset',
    truth,
    'false',
    'true',
    'Whether connections end in silence when they were idle too long, instead of with a reset.',
  ),
  highAvailabilityPorts: row(
    'load-balancer-enable-high-availability-ports',
    truth,
    'false',
    'true',
    'One rule for all ports and protocols. Only on an internal load balancer.',
  ),
} satisfies AnnotationTable

/** Keys about who may connect. */
const accessAnnotations = {
  allowedServiceTags: restricting(
    row(
      'allowed-service-tags',
      list(
        text({
          accepts: 'a service tag of Azure, such as AzureFrontDoor.Backend',
          pattern: /^[A-Za-z][\w.]*$/,
        }),
      ),
      'none',
      'AzureFrontDoor.Backend',
      'Groups of addresses, as Azure names them, that may connect.',
    ),
  ),
  allowedRanges: restricting(
    row(
      'allowed-ip-ranges',
      list(cidr),
      'everywhere; nobody on an internal load balancer but its virtual network',
      '10.0.0.0/8, 192.0.2.0/24',
      'Who may connect. Not beside `spec.loadBalancerSourceRanges`.',
    ),
  ),
  denyAllExceptRanges: row(
    'deny-all-except-load-balancer-source-ranges',
    truth,
    'false',
    'true',
    'Whether a rule keeps out everybody else, also those that rules of the virtual network would let in. Needs ranges.',
  ),
  disableSecurityRules: row(
    'disable-load-balancer-nsg-rule',
    truth,
    'false',
    'true',
    'Whether the security group is left alone: somebody else lets clients in.',
  ),
} satisfies AnnotationTable

/** The keys that this provider honours. `desired` reads them by these names. */
export const implemented = {
  ...addressAnnotations,
  ...ruleAnnotations,
  ...accessAnnotations,
  ...probeAnnotations,
  ...privateLinkAnnotations,
} satisfies AnnotationTable

/** Every key of the controller for Azure, with an honest verdict. */
export const azureAnnotations: AnnotationTable = { ...implemented, ...sharedAnnotations, ...otherAnnotations }

export type AzureSettings = Settings<typeof implemented>
export type AzureKeyed = Keyed<typeof implemented>

export const azureSettings = (lb: { readonly settings: AnySettings }): AzureSettings =>
  settingsOf(implemented, lb)

/** Settings of single ports, by the number of the port as text. */
export const azureKeyed = (lb: { readonly keyed: AnyKeyed }): AzureKeyed => keyedOf(implemented, lb)
