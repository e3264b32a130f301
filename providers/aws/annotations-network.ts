import { portableRow } from '../../src/model/annotation-row.ts'
import type { AnnotationTable } from '../../src/model/annotations.ts'
import { ok } from '../../src/lib/result.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { boolean, trueUnlessFalse } from '../../src/model/value-boolean.ts'
import { choice } from '../../src/model/value-choice.ts'
import { list } from '../../src/model/value-list.ts'
import { text } from '../../src/model/value-text.ts'
import { capacityUnits, checkedTags, loadBalancerAttributes, resourceTags } from './annotation-attributes.ts'
import { row } from './annotation-row.ts'
import { addressOf, sourceNatPrefix } from './annotation-types.ts'
import type { Scheme } from './config.ts'

const ofClassic = 'that of a Classic Load Balancer is written "classic"'
const subnetList = list(text({ accepts: 'a subnet id or the Name tag of a subnet', maxLength: 256 }))

/** Rows about the load balancer itself: its kind, where it stands, its addresses. */
export const networkRows = {
  type: row(
    'type',
    choice(['nlb', 'external', 'nlb-ip', 'classic'], {
      refused: {
        elb: ofClassic,
        clb: ofClassic,
        alb: 'an application load balancer is asked for by aws-load-balancer-backend-protocol: "http" or "https"',
      },
    }),
    'nlb',
    'nlb',
    'The kind of load balancer, and how its traffic is let in. `nlb`: a network load balancer as cloud-provider-aws makes it, with rules for clients in the groups of the nodes. `external`, or the class `service.k8s.aws/nlb`: one as the AWS Load Balancer Controller makes it, with security groups of its own; `nlb-ip` is the same with pods as targets. `classic`: a Classic Load Balancer.',
  ),
  targetType: row(
    'nlb-target-type',
    choice(['instance', 'ip']),
    'the default of the configuration: instance; ip with type `nlb-ip`',
    'ip',
    'What the load balancer sends to: `instance` is a node and its NodePort, `ip` is a pod.',
    takes(portable.targetType, ok),
  ),
  name: row(
    'name',
    text({
      accepts: 'at most 32 letters, digits and hyphens, no hyphen at either end, not "internal-..."',
      pattern: /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/,
      maxLength: 32,
    }),
    '`k8s-<namespace>-<name>-<hash>`',
    'shop-edge',
    'The name of the load balancer, taken when it is made; a later change keeps the old name. No second one of the name can stand beside it, so whatever forces a new load balancer interrupts traffic.',
  ),
  addressType: row(
    'ip-address-type',
    choice(['ipv4', 'dualstack']),
    'ipv4',
    'dualstack',
    'The address families of the load balancer. Targets are IPv6 when `spec.ipFamilies` begins with it.',
  ),
  scheme: row(
    'scheme',
    choice<Scheme>(['internal', 'internet-facing']),
    'what `aws-load-balancer-internal` says, else the default scheme of the configuration: internet-facing',
    'internal',
    'Whether the load balancer has public addresses. Outranks `aws-load-balancer-internal`.',
    takes(portable.internal, (internal) => ok<Scheme>(internal ? 'internal' : 'internet-facing')),
  ),
  internal: row(
    'internal',
    trueUnlessFalse,
    'false',
    'true',
    'The older form of `aws-load-balancer-scheme`: any text but `false` makes the load balancer internal, also the `0.0.0.0/0` of old manifests.',
  ),
  subnets: row(
    'subnets',
    subnetList,
    'found by their tags, one in each zone',
    'subnet-0a1b2c3d4e5f60718, public-b',
    'The subnets that the load balancer has its addresses in, at most one in each zone.',
    takes(portable.subnets, ok),
  ),
  address: portableRow(portable.address, {
    type: list(
      text({
        accepts: 'an address, or the id of an elastic one',
        pattern: /^(eipalloc-\S+|[0-9a-f.:]+)$/i,
      }),
    ),
    default: 'AWS chooses',
    example: 'eipalloc-0a1b2c3d4e5f60718',
    doc: 'Addresses of the load balancer, one for each subnet: elastic ones by allocation id or address, private ones of an internal load balancer, IPv6 ones beside them. Stands for `aws-load-balancer-eip-allocations`, `-private-ipv4-addresses` and `-ipv6-addresses`.',
  }),
  elasticAddresses: row(
    'eip-allocations',
    list(text({ accepts: 'the allocation id of an elastic address', pattern: /^[A-Za-z0-9-]+$/ })),
    'AWS chooses',
    'eipalloc-0a1b2c3d4e5f60718',
    'Elastic addresses of an internet-facing load balancer by allocation id, one for each subnet, in the order of the subnets.',
  ),
  privateAddresses: row(
    'private-ipv4-addresses',
    list(addressOf('IPv4')),
    'AWS chooses',
    '10.0.1.10, 10.0.2.10',
    'Private addresses of an internal load balancer, one for each subnet; each goes to the subnet whose range holds it.',
  ),
  ipv6Addresses: row(
    'ipv6-addresses',
    list(addressOf('IPv6')),
    'AWS chooses',
    '2001:db8:0:1::10, 2001:db8:0:2::10',
    'IPv6 addresses of a dual-stack load balancer, one for each subnet; each goes to the subnet whose range holds it.',
  ),
  ipv6SourceNat: row(
    'enable-prefix-for-ipv6-source-nat',
    choice(['on', 'off']),
    'off',
    'on',
    'Whether a dual-stack load balancer translates sources with prefixes of its own, as UDP over IPv6 needs.',
  ),
  ipv6SourceNatPrefixes: row(
    'source-nat-ipv6-prefixes',
    list(sourceNatPrefix),
    'auto_assigned',
    '2001:db8:0:1:abcd::/80, auto_assigned',
    'The prefixes for source NAT, one for each subnet. Needs `aws-load-balancer-enable-prefix-for-ipv6-source-nat: "on"`.',
  ),
  group: portableRow(portable.group, {
    default: 'a load balancer of its own',
    doc: 'Services of one group share a network load balancer; each has ports of its own on it. What they say of the load balancer itself has to agree.',
  }),
  attributes: row(
    'attributes',
    loadBalancerAttributes,
    'what AWS sets',
    'deletion_protection.enabled=true',
    'Attributes of the load balancer. One that is taken out of the list returns to the default of AWS.',
  ),
  crossZone: row(
    'cross-zone-load-balancing-enabled',
    boolean,
    'false',
    'true',
    'Whether a zone sends to the nodes of other zones too. AWS charges for traffic between zones.',
    takes(portable.crossZone, ok),
  ),
  accessLog: row(
    'access-log-enabled',
    boolean,
    'false',
    'true',
    'Whether connections are logged to a bucket.',
  ),
  accessLogBucket: row(
    'access-log-s3-bucket-name',
    text({ accepts: 'the name of a bucket', pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/ }),
    'none',
    'my-logs',
    'The bucket of the access logs. Its policy has to let the load balancers of the account write.',
  ),
  accessLogPrefix: row(
    'access-log-s3-bucket-prefix',
    text({ accepts: 'a prefix of object names, without "AWSLogs"', pattern: /^(?!.*AWSLogs)\S+$/ }),
    'none',
    'edge',
    'Where in the bucket access logs go.',
  ),
  accessLogInterval: row(
    'access-log-emit-interval',
    choice(['5', '60']),
    '60',
    '5',
    'Minutes from one access log of a Classic Load Balancer to the next.',
  ),
  capacity: row(
    'minimum-load-balancer-capacity',
    capacityUnits,
    'nothing is reserved',
    'CapacityUnits=5000',
    'Capacity that is reserved for the load balancer, in LCU; `CapacityUnits=0` gives the reservation back.',
  ),
  resourceTags: row(
    'additional-resource-tags',
    resourceTags,
    'no more than our own',
    'team=shop,env=prod',
    'Tags on every object that is made for the Service. One that is taken out of the list is taken off.',
    takes(portable.tags, checkedTags),
  ),
} satisfies AnnotationTable
