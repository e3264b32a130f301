import { fail, ok } from '../../src/lib/result.ts'
import type { AnnotationTable } from '../../src/model/annotations.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { integer } from '../../src/model/value-integer.ts'
import { nameOf, resourceGroup, staticAddresses, subscriptions, truth, words } from './annotation-types.ts'
import { row } from './annotation-row.ts'

/** Keys that offer the Service to other networks through a private link. */
export const privateLinkAnnotations = {
  plsCreate: row(
    'pls-create',
    truth,
    'false',
    'true',
    'Whether the frontend gets a Private Link Service, through which other virtual networks reach it. Needs an internal load balancer, or no floating IP; IPv4 only.',
  ),
  plsName: row(
    'pls-name',
    nameOf('a Private Link Service'),
    '`pls-` and the name of the frontend',
    'shop-link',
    'The name of the Private Link Service.',
  ),
  plsResourceGroup: row(
    'pls-resource-group',
    resourceGroup,
    'that of the load balancer',
    'shop-links',
    'The resource group of the Private Link Service.',
  ),
  plsSubnet: row(
    'pls-ip-configuration-subnet',
    nameOf('a subnet'),
    '`azure-load-balancer-internal-subnet`, else the subnet of the configuration',
    'links',
    'The subnet that its addresses come from. Its privateLinkServiceNetworkPolicies have to be disabled.',
  ),
  plsAddressCount: row(
    'pls-ip-configuration-ip-address-count',
    integer({ min: 1, max: 8 }),
    '1',
    '2',
    'How many addresses it translates clients to.',
  ),
  plsAddresses: row(
    'pls-ip-configuration-ip-address',
    staticAddresses,
    'all are chosen by Azure',
    '10.240.0.9 10.240.0.10',
    'Which of its addresses are fixed; the first is the primary one. No more than their count.',
  ),
  plsFqdns: row(
    'pls-fqdns',
    words('host names between blanks', /^[^\s,]+$/),
    'none',
    'shop.example.com',
    'Names under which it is offered.',
  ),
  plsVisibility: row(
    'pls-visibility',
    subscriptions,
    'only who has rights on it',
    '*',
    'Subscriptions that may see it.',
  ),
  plsAutoApproval: row(
    'pls-auto-approval',
    subscriptions,
    'none',
    '00000000-0000-0000-0000-000000000001',
    'Subscriptions whose connections need no approval. They have to be able to see it.',
  ),
  plsProxyProtocol: row(
    'pls-proxy-protocol',
    truth,
    'false',
    'true',
    'Whether pods get a PROXY protocol header, version 2, on connections through the private link.',
    takes(portable.proxyProtocol, (value) =>
      value === 'v1'
        ? fail({
            code: 'LB_ANNOTATION_CHOICE',
            message: 'Azure sends version 2 of the PROXY protocol only, through a Private Link Service',
            accepted: 'v2, true or false',
          })
        : ok(value !== 'false'),
    ),
  ),
} satisfies AnnotationTable
