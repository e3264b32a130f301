import { fail, ok } from '../../src/lib/result.ts'
import { row as anyRow } from '../../src/model/annotation-row.ts'
import type { AnnotationTable } from '../../src/model/annotations.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { boolean } from '../../src/model/value-boolean.ts'
import { id, row, word } from './annotation-row.ts'
import { subnetPattern, subnetTags } from './annotation-types.ts'

/** Keys about where the load balancer stands, and which addresses it has. */
export const placeRows = {
  internal: anyRow({
    key: 'service.beta.kubernetes.io/openstack-internal-load-balancer',
    type: boolean,
    portable: takes(portable.internal, ok),
    default: 'the setting internalLb: false',
    example: 'true',
    doc: 'Whether the load balancer has no floating IP. The setting `internalLb: true` outranks it.',
  }),
  class: row({
    key: 'class',
    type: word('the name of a class in the settings'),
    default: 'none',
    example: 'edge',
    doc: 'The class in the settings that says where the load balancer stands.',
  }),
  floatingNetworkId: row({
    key: 'floating-network-id',
    type: id('an external network'),
    default: 'the setting of the same name, else the only external network',
    example: '0a1b2c3d-0000-4000-8000-000000000001',
    doc: 'The external network of the floating IP. That of a class outranks it.',
  }),
  floatingSubnetId: row({
    key: 'floating-subnet-id',
    type: id('a subnet of the external network'),
    default: 'the setting of the same name, else any',
    example: '0a1b2c3d-0000-4000-8000-000000000002',
    doc: 'The subnet that the floating IP is taken from. What a class says of subnets outranks it.',
  }),
  floatingSubnet: row({
    key: 'floating-subnet',
    type: subnetPattern,
    default: 'the setting of the same name, else any',
    example: '~public-[0-9]+',
    doc: 'The same by the name of the subnet; of several that match, the first with a free address.',
  }),
  floatingSubnetTags: row({
    key: 'floating-subnet-tags',
    type: subnetTags,
    default: 'the setting of the same name, else any',
    example: '&public,metered',
    doc: 'The same by the tags of the subnet; together with a name, both have to fit.',
  }),
  subnetId: row({
    key: 'subnet-id',
    type: id('a subnet'),
    portable: takes(portable.subnets, (names) => {
      const [only, another] = names
      return only !== undefined && another === undefined
        ? ok(only)
        : fail({
            code: 'LB_ANNOTATION_LIST',
            message: 'a load balancer stands in one subnet',
            accepted: 'one subnet',
          })
    }),
    default: 'that of the class, else the setting of the same name, else that of the nodes',
    example: '0a1b2c3d-0000-4000-8000-000000000003',
    doc: 'The subnet that the load balancer has its address in.',
  }),
  networkId: row({
    key: 'network-id',
    type: id('a network'),
    default: 'that of the class, else the setting of the same name',
    example: '0a1b2c3d-0000-4000-8000-000000000004',
    doc: 'The network that the load balancer has its address in, where the subnet does not matter.',
  }),
  memberSubnetId: row({
    key: 'member-subnet-id',
    type: id('a subnet'),
    default: 'that of the class, else the setting of the same name, else the subnet of the load balancer',
    example: '0a1b2c3d-0000-4000-8000-000000000005',
    doc: 'The subnet that the nodes are reached in.',
  }),
  portId: row({
    key: 'port-id',
    type: id('a port of Neutron'),
    default: 'Octavia makes one',
    example: '0a1b2c3d-0000-4000-8000-000000000006',
    doc: 'A port that is there already, as the address of the load balancer.',
  }),
  keepFloatingIp: row({
    key: 'keep-floatingip',
    type: boolean,
    default: 'false; true for an address that the Service names',
    example: 'true',
    doc: 'Whether the floating IP stays when the Service goes.',
  }),
  loadBalancerId: row({
    key: 'load-balancer-id',
    type: id('a load balancer'),
    default: 'one of its own',
    example: '0a1b2c3d-0000-4000-8000-000000000007',
    doc: 'A load balancer that is there already: the ports of the Service are put on it, and it is never deleted.',
  }),
} satisfies AnnotationTable
