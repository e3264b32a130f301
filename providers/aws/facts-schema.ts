import * as v from 'valibot'
import { maybeText, maybeTexts, say, text } from '../../src/provider/facts-fields.ts'

const tags = say(v.record(v.string(), v.string()), 'tags, key by key')

const subnet = v.strictObject({
  id: text('subnet-...'),
  zone: text('the zone that it lies in, us-east-1a'),
  zoneId: maybeText('the id of that zone, use1-az1'),
  zoneType: say(
    v.picklist(['availability-zone', 'local-zone', 'wavelength-zone', 'outpost']),
    'what kind of zone that is',
  ),
  cidr: text('its IPv4 range'),
  ipv6Cidr: maybeText('its IPv6 range, if it has one'),
  freeAddresses: say(v.number(), 'how many IPv4 addresses are free; a load balancer needs eight'),
  public: say(v.boolean(), 'whether its route table leads to an internet gateway'),
  tags,
})

/** The section `aws` of a facts file. */
export const factsSchema = v.strictObject({
  network: say(
    v.optional(
      v.strictObject({
        vpcId: text('vpc-...'),
        region: maybeText('us-east-1'),
        ranges: maybeTexts('the ranges of the VPC, of both families'),
        subnets: say(v.array(subnet), 'all subnets of the VPC'),
      }),
    ),
    'the VPC of the nodes, with its subnets',
  ),
  nodeGroups: say(
    v.optional(
      v.strictObject({
        instances: say(
          v.record(v.string(), v.array(v.string())),
          'instance id -> ids of its security groups',
        ),
        groups: say(
          v.record(v.string(), v.strictObject({ name: text('the name of the group'), tags })),
          'security group id -> what it is',
        ),
      }),
    ),
    'the security groups of the nodes',
  ),
  securityGroups: say(
    v.optional(
      v.record(
        v.string(),
        v.strictObject({
          name: text('the name of the group'),
          vpcId: maybeText('the VPC that it belongs to'),
          tags,
        }),
      ),
    ),
    'security group id -> what it is: those that Services name by id or by Name tag',
  ),
  elasticAddresses: say(
    v.optional(
      v.record(
        v.string(),
        v.strictObject({
          address: text('the public address'),
          usedBy: maybeText('what it is associated with: the name of a load balancer, or an instance id'),
          zone: maybeText('the network border group, where it is not the region'),
        }),
      ),
    ),
    'allocation id -> the elastic address',
  ),
  prefixLists: say(
    v.optional(
      v.record(
        v.string(),
        v.strictObject({
          name: maybeText('com.amazonaws.global.cloudfront.origin-facing'),
          family: say(v.optional(v.picklist(['IPv4', 'IPv6'])), 'of its ranges'),
          maxEntries: say(v.number(), 'how many rules of a security group it counts for'),
        }),
      ),
    ),
    'prefix list id -> what it is',
  ),
})
