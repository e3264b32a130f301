import { fail, ok } from '../../src/lib/result.ts'
import { portableRow } from '../../src/model/annotation-row.ts'
import type { AnnotationTable } from '../../src/model/annotations.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { list } from '../../src/model/value-list.ts'
import { text } from '../../src/model/value-text.ts'
import {
  address,
  distinctTags,
  ipTags,
  nameOf,
  publicIPPrefix,
  resourceGroup,
  tagMap,
  truth,
} from './annotation-types.ts'
import { row } from './annotation-row.ts'

const subnet = nameOf('a subnet')
const publicIP = nameOf('a public IP address')

/** Keys that decide on which addresses clients reach the Service. */
export const addressAnnotations = {
  internal: row(
    'load-balancer-internal',
    truth,
    'false',
    'true',
    'Whether clients come from the virtual network only.',
    takes(portable.internal, (value) => ok(value)),
  ),
  internalSubnet: row(
    'load-balancer-internal-subnet',
    subnet,
    'the subnet of the configuration',
    'front',
    'The subnet that the address of an internal load balancer comes from.',
    takes(portable.subnets, ([only, second]) =>
      second === undefined && only !== undefined
        ? subnet.parse(only)
        : fail({
            code: 'LB_ANNOTATION_LIST',
            message: 'a frontend stands in one subnet, and several are named',
            accepted: 'the name of one subnet',
          }),
    ),
  ),
  ipv4: row(
    'load-balancer-ipv4',
    address('IPv4'),
    'chosen by Azure',
    '203.0.113.10',
    'The IPv4 address: one of the subnet where the load balancer is internal, else that of an existing public IP. Outranks `spec.loadBalancerIP`.',
  ),
  ipv6: row(
    'load-balancer-ipv6',
    address('IPv6'),
    'chosen by Azure',
    '2001:db8::10',
    'The IPv6 address, likewise.',
  ),
  address: portableRow(portable.address, { default: 'chosen by Azure' }),
  publicIPResourceGroup: row(
    'load-balancer-resource-group',
    resourceGroup,
    'that of the load balancer',
    'shop-addresses',
    'The resource group of the public IP addresses: where one that is named is looked up, and where new ones are made.',
  ),
  publicIPName: row(
    'pip-name',
    publicIP,
    'one is made',
    'shop-ip',
    'An existing public IP address to use; it is never changed or deleted. Without IPv4 it counts for IPv6.',
  ),
  publicIPNameIPv6: row(
    'pip-name-ipv6',
    publicIP,
    'one is made',
    'shop-ip6',
    'The existing public IP address for IPv6.',
  ),
  prefixId: row(
    'pip-prefix-id',
    publicIPPrefix,
    'any address of Azure',
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shop/providers/Microsoft.Network/publicIPPrefixes/shop',
    'The prefix that a new public IP address is taken from. Without IPv4 it counts for IPv6.',
  ),
  prefixIdIPv6: row(
    'pip-prefix-id-ipv6',
    publicIPPrefix,
    'any address of Azure',
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shop/providers/Microsoft.Network/publicIPPrefixes/shop6',
    'The prefix that a new public IPv6 address is taken from.',
  ),
  publicIPTags: row(
    'pip-tags',
    tagMap,
    'no more than our own',
    'team=shop,env=prod',
    'Tags on the public IP addresses that are made; they outrank those of the configuration. The load balancer is shared, so tags of one Service are not set on it.',
    takes(portable.tags, distinctTags),
  ),
  publicIPIpTags: row(
    'pip-ip-tags',
    ipTags,
    'none',
    'RoutingPreference=Internet',
    'IP tags of the public IP addresses that are made. Those of an address that exists change only where the configuration says so (`changeIPTags`): no address is given up for them.',
  ),
  dnsLabel: row(
    'dns-label-name',
    text({
      accepts: 'a label of 3 to 63 small letters, digits and "-", that begins with a letter',
      pattern: /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/,
    }),
    'no name',
    'shop',
    'The public IP address answers to `LABEL.REGION.cloudapp.azure.com`.',
  ),
  additionalPublicIPs: row(
    'additional-public-ips',
    list(address()),
    'none',
    '203.0.113.20, 203.0.113.21',
    'Further addresses that lead to the nodes by other means: the security group lets clients reach them, and the status shows them.',
  ),
  disableFloatingIP: row(
    'disable-load-balancer-floating-ip',
    truth,
    'false',
    'true',
    'Whether nodes get packets for their own address and the NodePort, instead of those for the address and port of the frontend.',
  ),
} satisfies AnnotationTable
