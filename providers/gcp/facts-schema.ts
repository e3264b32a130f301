import * as v from 'valibot'
import { maybeFlag, maybeNumber, maybeText, maybeTexts, say, text } from '../../src/provider/facts-fields.ts'

const subnet = v.strictObject({
  name: text('the name of the subnet'),
  network: maybeText('the name of the network that it is in'),
  region: maybeText('the region that it is in'),
  project: maybeText('the project that it is in, where that is another one (a shared VPC)'),
  cidr: maybeText('its IPv4 range'),
  ipv6Cidr: maybeText('its IPv6 range, if it has one'),
  stackType: say(v.optional(v.picklist(['IPV4_ONLY', 'IPV4_IPV6', 'IPV6_ONLY'])), 'the families that it has'),
  ipv6AccessType: say(
    v.optional(v.picklist(['INTERNAL', 'EXTERNAL'])),
    'whether its IPv6 addresses are of the VPC only',
  ),
})

const address = v.strictObject({
  name: text('the name of the reserved address'),
  address: text('the address itself'),
  region: maybeText('the region that it is in; absent for a global one'),
  addressType: say(v.optional(v.picklist(['EXTERNAL', 'INTERNAL'])), 'EXTERNAL where nothing is said'),
  networkTier: say(v.optional(v.picklist(['PREMIUM', 'STANDARD'])), 'PREMIUM where nothing is said'),
  ipVersion: say(v.optional(v.picklist(['IPV4', 'IPV6'])), 'as the address tells, where nothing is said'),
  prefixLength: maybeNumber('of an IPv6 range: 96'),
  subnet: maybeText('the name of the subnet of an internal address'),
  users: maybeTexts('what uses it: forwarding rules and instances by path'),
})

const logging = v.strictObject({
  enabled: maybeFlag('whether anything is logged; absent: left as it is'),
  sampleRate: maybeNumber('how many of a million connections are logged'),
  optionalMode: say(
    v.optional(v.picklist(['INCLUDE_ALL_OPTIONAL', 'EXCLUDE_ALL_OPTIONAL', 'CUSTOM'])),
    'which optional fields are logged',
  ),
  optionalFields: maybeTexts('those of the mode CUSTOM'),
})

/** The section `gcp` of a facts file. */
export const factsSchema = v.strictObject({
  project: maybeText('the project that load balancers are made in'),
  region: maybeText('the region of the cluster, us-central1'),
  network: maybeText('the name or path of the VPC network'),
  subnet: maybeText('the name of the subnet of the nodes'),
  ingressUid: maybeText('the uid in the ConfigMap kube-system/ingress-uid, which names instance groups'),
  subnets: say(v.optional(v.array(subnet)), 'all subnets of the region that load balancers may stand in'),
  addresses: say(v.optional(v.array(address)), 'all reserved addresses'),
  instances: say(
    v.optional(v.record(v.string(), v.strictObject({ tags: say(v.array(v.string()), 'its network tags') }))),
    'the machines of the nodes by name',
  ),
  logging: say(
    v.optional(v.record(v.string(), logging)),
    'L4LBConfig objects by namespace and name, "shop/edge-logging"',
  ),
})
