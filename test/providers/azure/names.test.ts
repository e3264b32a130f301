import assert from 'node:assert/strict'
import test from 'node:test'
import {
  configNameOf,
  frontendName,
  isInternalName,
  isIPv6Name,
  loadBalancerName,
  localPoolName,
  poolName,
  publicIPName,
  ruleName,
  sharedFrontendName,
  stemOf,
} from '../../../providers/azure/names.ts'
import { ownerByTags, ownerOfStem, serviceTag } from '../../../providers/azure/tags.ts'

const uid = '257b9655-5137-4ad2-b091-ef3f07043ad3'
const stem = 'a257b965551374ad2b091ef3f07043ad'
const owner = { name: 'shop/web' }
const v4 = { stem, family: 'IPv4', dualStack: false } as const
const v6 = { stem, family: 'IPv6', dualStack: true } as const
const long = `${'s'.repeat(41)}-and-on-and-on-and-on`

const rows: readonly { readonly name: string; readonly actual: unknown; readonly expected: unknown }[] = [
  { name: 'stem: 32 characters of a and the uid', actual: stemOf({ uid, owner }), expected: stem },
  {
    name: 'stem: a Service that no cluster has seen',
    actual: stemOf({ owner }),
    expected: '<uid of shop/web>',
  },
  { name: 'frontend', actual: frontendName(v4), expected: stem },
  { name: 'frontend: IPv6 of a dual stack', actual: frontendName(v6), expected: `${stem}-IPv6` },
  {
    name: 'frontend: IPv6 alone has no end of its own',
    actual: frontendName({ ...v6, dualStack: false }),
    expected: stem,
  },
  {
    name: 'frontend: with its subnet',
    actual: frontendName({ ...v4, subnet: 'front' }),
    expected: `${stem}-front`,
  },
  {
    name: 'frontend: cut to 75, and never at a hyphen',
    actual: frontendName({ ...v4, subnet: long }),
    expected: `${stem}-${long.slice(0, 41)}_`,
  },
  {
    name: 'frontend: cut to 75, at a letter',
    actual: frontendName({ ...v6, subnet: `x${long}` }),
    expected: `${stem}-x${'s'.repeat(41)}-IPv6`,
  },
  { name: 'frontend of an address', actual: sharedFrontendName('203.0.113.10'), expected: 'ip-203-0-113-10' },
  {
    name: 'frontend of an address that ends with colons',
    actual: sharedFrontendName('2001:db8::'),
    expected: 'ip-2001-db8--0',
  },
  { name: 'rule', actual: ruleName(v4, 'TCP', 80), expected: `${stem}-TCP-80` },
  { name: 'rule: IPv6 of a dual stack', actual: ruleName(v6, 'UDP', 53), expected: `${stem}-UDP-53-IPv6` },
  {
    name: 'rule: the subnet gives way to protocol and port',
    actual: ruleName({ ...v4, subnet: long }, 'TCP', 9000),
    expected: `${stem}-${long.slice(0, 33)}-TCP-9000`,
  },
  {
    name: 'public IP',
    actual: publicIPName({ ...v4, clusterName: 'kubernetes' }),
    expected: `kubernetes-${stem}`,
  },
  {
    name: 'public IP: with the name of its prefix',
    actual: publicIPName({
      ...v6,
      clusterName: 'kubernetes',
      prefixId: '/subscriptions/x/publicIPPrefixes/shop',
    }),
    expected: `kubernetes-${stem}-shop-IPv6`,
  },
  {
    name: 'public IP: cut to 75',
    actual: publicIPName({ ...v4, clusterName: 'c'.repeat(60) }).length,
    expected: 75,
  },
  { name: 'load balancer', actual: loadBalancerName('kubernetes', false), expected: 'kubernetes' },
  {
    name: 'load balancer: internal',
    actual: loadBalancerName('kubernetes', true),
    expected: 'kubernetes-internal',
  },
  { name: 'internal by name, in any case', actual: isInternalName('Kubernetes-INTERNAL'), expected: true },
  { name: 'not internal by name', actual: isInternalName('internal'), expected: false },
  {
    name: 'configured name of an internal one',
    actual: configNameOf('kubernetes-internal'),
    expected: 'kubernetes',
  },
  { name: 'pool', actual: poolName('kubernetes', 'IPv4'), expected: 'kubernetes' },
  { name: 'pool: IPv6', actual: poolName('kubernetes', 'IPv6'), expected: 'kubernetes-IPv6' },
  { name: 'pool of one Service', actual: localPoolName('Shop/Web', 'IPv6'), expected: 'shop-web-ipv6' },
  { name: 'IPv6 by name, in any case', actual: isIPv6Name('kubernetes-ipv6'), expected: true },
  {
    name: 'owner: a usual uid lost its last digit',
    actual: ownerOfStem(`${stem}-TCP-80`)?.uid,
    expected: `${uid.slice(0, -1)}*`,
  },
  { name: 'owner: a short uid is whole', actual: ownerOfStem('atest1-TCP-80')?.uid, expected: 'test1' },
  { name: 'owner: what AKS made is nobody’s', actual: ownerOfStem('aksOutboundRule'), expected: undefined },
  {
    name: 'owner: by the tags that were written before',
    actual: ownerByTags(
      { service: 'shop/web', 'kubernetes-cluster-name': 'kubernetes' },
      'atest1',
      { name: 'kubernetes' },
      serviceTag,
    ),
    expected: { uid: 'test1', name: 'shop/web' },
  },
  {
    name: 'owner: a tag of today outranks the one before',
    actual: ownerByTags(
      { [serviceTag]: 'shop/web', service: 'shop/old', 'kubernetes-cluster-name': 'kubernetes' },
      'atest1',
      { name: 'kubernetes' },
      serviceTag,
    )?.name,
    expected: 'shop/web',
  },
  {
    name: 'owner: a cluster of another name, written before',
    actual: ownerByTags(
      { service: 'shop/web', 'kubernetes-cluster-name': 'other' },
      'atest1',
      { name: 'kubernetes' },
      serviceTag,
    ),
    expected: undefined,
  },
  { name: 'owner: what somebody made is nobody’s', actual: ownerOfStem('my-frontend'), expected: undefined },
]

for (const { name, actual, expected } of rows)
  test(`names: ${name}`, () => assert.deepEqual(actual, expected))
