import type { Setting } from '../../src/model/annotations.ts'
import { portable } from '../../src/model/portable.ts'
import { emulated, type Problem, warning } from '../../src/model/problem.ts'
import type { WishBase } from './wish-base.ts'

type Named = keyof WishBase['settings']

const onInternal = 'the load balancer is internal and has no public IP address'
const onPublic = 'the load balancer is not internal'

const publicOnly: readonly Named[] = [
  'publicIPName',
  'publicIPNameIPv6',
  'prefixId',
  'prefixIdIPv6',
  'publicIPIpTags',
  'publicIPTags',
  'dnsLabel',
  'publicIPResourceGroup',
]
const internalOnly: readonly Named[] = ['internalSubnet', 'highAvailabilityPorts']
const ipv6Only: readonly Named[] = ['ipv6', 'publicIPNameIPv6', 'prefixIdIPv6']
const ofPrivateLink: readonly Named[] = [
  'plsName',
  'plsResourceGroup',
  'plsSubnet',
  'plsAddressCount',
  'plsAddresses',
  'plsFqdns',
  'plsVisibility',
  'plsAutoApproval',
  'plsProxyProtocol',
]

/** Keys that ask for something which this Service does not have. */
export function unusedSettings({ settings, internal, lb, config }: WishBase): readonly Problem[] {
  const found = new Map<string, Problem>()
  const say = (names: readonly Named[], why: string): void => {
    for (const name of names) {
      const setting = settings[name] as Setting<unknown> | undefined
      if (setting !== undefined && setting.value !== false && !found.has(setting.path))
        found.set(setting.path, unused(setting, why))
    }
  }
  say(internal ? publicOnly : internalOnly, internal ? onInternal : onPublic)
  if (!lb.families.includes('IPv6')) say(ipv6Only, 'the Service has no IPv6 address')
  if (!lb.families.includes('IPv4')) say(['ipv4'], 'the Service has no IPv4 address')
  if (settings.plsCreate?.value !== true)
    say(ofPrivateLink, 'azure-pls-create does not ask for a Private Link Service')
  const { configurations } = settings
  if (config.loadBalancers.length === 0 && configurations?.key !== portable.group.key)
    say(['configurations'], 'no load balancers are configured, so all Services share one')
  return [...found.values(), ...grouped(configurations, config.loadBalancers.length > 0)]
}

/** On Azure a group has nothing to bring about: its Services would share the load balancer anyway. */
function grouped(setting: Setting<unknown> | undefined, several: boolean): readonly Problem[] {
  if (setting === undefined || several || setting.key !== portable.group.key) return []
  const message =
    'all Services share one load balancer here, each with an address of its own; those that pin one address share it too'
  return [emulated(setting.path, message, { value: setting.raw })]
}

const unused = ({ path, raw, key }: Setting<unknown>, why: string): Problem =>
  warning('LB_AZURE_NO_EFFECT', path, `this has no effect: ${why}`, { value: raw, hint: `remove ${key}` })
