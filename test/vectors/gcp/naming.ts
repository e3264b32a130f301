import { isName, legacyFirewall, namesFor, type Transport, trimEvenly } from '../../../providers/gcp/names.ts'
import type { Compare } from '../vector.ts'
import { differences, specDifferences } from './planned.ts'
import type { JsonObject } from '../../../src/lib/json.ts'

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Their names for what our table of names has. Every one that a case expects is compared. */
const l4Names: Compare = ({ context, expected }) => {
  const names = namesFor({
    clusterUid: text(context['kubeSystemUID']),
    uid: undefined,
    namespace: text(context['namespace']) ?? '',
    name: text(context['serviceName']) ?? '',
  })
  const transport = (text(context['proto']) ?? text(context['protocol']) ?? 'TCP') as Transport
  const shared = context['sharedHC'] === true
  const number = typeof context['frNumber'] === 'number' ? context['frNumber'] : 10
  const ours: Readonly<Record<string, string>> = {
    frName: names.forwardingRule(transport, false),
    iPv6FRName: names.forwardingRule(transport, true),
    netLbFRName: names.numbered(transport, number, false),
    netLbIPv6FRName: names.numbered(transport, number, true),
    iPv4: names.numbered(transport, number, false),
    iPv6: names.numbered(transport, number, true),
    negName: names.endpointGroup(undefined),
    nonDefaultNEGName: names.endpointGroup(text(context['subnetName']) ?? ''),
    fwName: names.firewall(false),
    firewall: names.firewall(false),
    fwDenyName: names.denyFirewall(false),
    firewallDeny: names.denyFirewall(false),
    iPv6FWName: names.firewall(true),
    firewallIPv6: names.firewall(true),
    iPv6FWDenyName: names.denyFirewall(true),
    firewallDenyIPv6: names.denyFirewall(true),
    hcFwName: names.healthFirewall(shared, false),
    firewallHc: names.healthFirewall(shared, false),
    iPv6HcFName: names.healthFirewall(shared, true),
    firewallHcIPv6: names.healthFirewall(shared, true),
    hcName: names.healthCheck(shared),
  }
  return Object.entries(expected as Readonly<Record<string, string>>).flatMap(([what, name]) =>
    differences(what, ours[what], name),
  )
}

const legacyNames: Compare = ({ service, expected }) => {
  const firewallName = legacyFirewall(service?.metadata.uid)
  return specDifferences(
    '',
    { firewallName, denyFirewallName: `${firewallName}-deny` },
    expected as JsonObject,
  )
}

export const namingCompares: Readonly<Record<string, Compare>> = {
  'v2.l4Names': l4Names,
  'legacy.firewallNames': legacyNames,
  'v2.trimFieldsEvenly': ({ context, expected }) =>
    differences(
      'value',
      trimEvenly(Number(context['max']), context['fields'] as readonly string[]),
      (expected as JsonObject)['value'],
    ),
  gceResourceNameValid: ({ context, expected }) =>
    differences('isValid', isName(text(context['name']) ?? ''), (expected as JsonObject)['isValid']),
}
