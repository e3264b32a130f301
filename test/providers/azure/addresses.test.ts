import assert from 'node:assert/strict'
import test from 'node:test'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { balancerBody, publicIPBody } from './bodies.ts'
import {
  type Asked,
  azure,
  contributionOf,
  existing,
  inside,
  network,
  only,
  planOf,
  service,
  stemOf,
} from './world.ts'

const stem = stemOf(1)
const key = (suffix: string, value: string) => ({ [`${azure}${suffix}`]: value })
const dual = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' } as const
const ipv6 = { ipFamilies: ['IPv6'] } as const
const publicIP = (name: string): Json => `${network}/publicIPAddresses/${name}`
const made = (name: string): Json => ({
  $ref: { stack: `public-ip/${name}`, kind: 'public-ip', key: name, out: 'id' },
})

interface Row extends Asked {
  readonly name: string
  /** Frontend -> the public IP that it has. */
  readonly expected: Readonly<Record<string, Json>>
}

const rows: readonly Row[] = [
  { name: 'one is made', expected: { [stem]: made(`kubernetes-${stem}`) } },
  {
    name: 'one of each family is made',
    spec: dual,
    expected: { [stem]: made(`kubernetes-${stem}`), [`${stem}-IPv6`]: made(`kubernetes-${stem}-IPv6`) },
  },
  { name: 'IPv6 alone', spec: ipv6, expected: { [stem]: made(`kubernetes-${stem}`) } },
  {
    name: 'by name',
    annotations: key('pip-name', 'shop-ip'),
    expected: { 'ip-203-0-113-10': publicIP('shop-ip') },
  },
  {
    name: 'by address',
    annotations: key('load-balancer-ipv4', '203.0.113.10'),
    expected: { 'ip-203-0-113-10': publicIP('shop-ip') },
  },
  {
    name: 'by spec.loadBalancerIP',
    spec: { loadBalancerIP: '203.0.113.10' },
    expected: { 'ip-203-0-113-10': publicIP('shop-ip') },
  },
  {
    name: 'by the portable key',
    annotations: { 'lb-controller.io/address': 'shop-ip' },
    expected: { 'ip-203-0-113-10': publicIP('shop-ip') },
  },
  {
    name: 'the address outranks the field and the name',
    annotations: { ...key('load-balancer-ipv4', '203.0.113.10'), ...key('pip-name', 'elsewhere') },
    spec: { loadBalancerIP: '203.0.113.99' },
    expected: { 'ip-203-0-113-10': publicIP('shop-ip') },
  },
  {
    name: 'IPv6 alone takes the plain name too',
    annotations: key('pip-name', 'shop-ip6'),
    spec: ipv6,
    expected: { 'ip-2001-db8--10': publicIP('shop-ip6') },
  },
  {
    name: 'IPv6 alone prefers its own name',
    annotations: { ...key('pip-name', 'shop-ip'), ...key('pip-name-ipv6', 'shop-ip6') },
    spec: ipv6,
    expected: { 'ip-2001-db8--10': publicIP('shop-ip6') },
  },
  {
    name: 'in a dual stack the plain name is for IPv4 only',
    annotations: key('pip-name', 'shop-ip'),
    spec: dual,
    expected: { 'ip-203-0-113-10': publicIP('shop-ip'), [`${stem}-IPv6`]: made(`kubernetes-${stem}-IPv6`) },
  },
]

for (const { name, expected, ...asked } of rows)
  test(`public IP: ${name}`, () => {
    const { resources, problems } = contributionOf(asked)
    assert.deepEqual(problems, [])
    const { parts = {} } = only(resources, 'load-balancer')
    const frontends = Object.entries(parts).filter(([at]) => at.startsWith('frontend/'))
    const found = frontends.map(([at, { spec }]) => {
      const properties = isObject(spec['properties']) ? spec['properties'] : {}
      const has = properties['publicIPAddress']
      return [at.slice('frontend/'.length), isObject(has) ? has['id'] : has]
    })
    assert.deepEqual(Object.fromEntries(found), expected)
    const names = Object.values(expected).filter((id) => typeof id !== 'string')
    assert.equal(resources.filter(({ kind }) => kind === 'public-ip').length, names.length)
  })

test('a public IP with everything that can be asked of it', () => {
  const prefix = '/subscriptions/x/resourceGroups/y/providers/Microsoft.Network/publicIPPrefixes/shop'
  const { resources } = contributionOf(
    {
      annotations: {
        ...key('pip-prefix-id', prefix),
        ...key('pip-tags', 'team=shop'),
        ...key('pip-ip-tags', 'RoutingPreference=Internet,FirstPartyUsage=/NonProd'),
        ...key('dns-label-name', 'shop'),
        ...key('load-balancer-tcp-idle-timeout', '10'),
        ...key('load-balancer-resource-group', 'addresses'),
      },
    },
    {},
    { tags: { owner: 'platform' } },
  )
  const { key: name, spec, origins } = only(resources, 'public-ip')
  assert.equal(name, `kubernetes-${stem}-shop`)
  assert.deepEqual(spec, {
    resourceGroup: 'addresses',
    location: 'westeurope',
    sku: { name: 'Standard' },
    zones: ['1', '2', '3'],
    properties: {
      publicIPAddressVersion: 'IPv4',
      publicIPAllocationMethod: 'Static',
      idleTimeoutInMinutes: 10,
      dnsSettings: { domainNameLabel: 'shop' },
      ipTags: [
        { ipTagType: 'FirstPartyUsage', tag: '/NonProd' },
        { ipTagType: 'RoutingPreference', tag: 'Internet' },
      ],
      publicIPPrefix: { id: prefix },
    },
    tags: {
      team: 'shop',
      owner: 'platform',
      'k8s-azure-cluster-name': 'kubernetes',
      'lb-controller-cluster': 'cccccccc-0000-0000-0000-000000000000',
      'lb-controller-service-uid': service().metadata.uid,
      'k8s-azure-service': 'shop/web-1',
      'k8s-azure-dns-label-service': 'shop/web-1',
    },
  })
  assert.equal(origins?.['properties.ipTags'], `metadata.annotations["${azure}pip-ip-tags"]`)
})

test('IP tags change in place only where the configuration says so; else the plan waits and says why', () => {
  const observed = existing({
    'load-balancer': [balancerBody('kubernetes', [{ index: 1 }])],
    'public-ip': [publicIPBody(1, '203.0.113.1')],
  })
  const asked = service({ annotations: key('pip-ip-tags', 'RoutingPreference=Internet') })
  const holdOf = (changeIPTags: boolean) =>
    planOf([asked], { observed }, { changeIPTags }).plan.steps.find(({ kind }) => kind === 'public-ip')?.hold
      ?.for
  assert.match(holdOf(false) ?? '', /ipTags cannot change in place/)
  assert.equal(holdOf(true), undefined)
})

const subnet = { id: `${network}/virtualNetworks/shop/subnets/nodes` }

test('an internal frontend stands in its subnet, in all zones', () => {
  const { resources } = contributionOf({ annotations: inside })
  assert.deepEqual(only(resources, 'load-balancer').parts?.[`frontend/${stem}`]?.spec, {
    properties: { privateIPAllocationMethod: 'Dynamic', subnet },
    zones: ['1', '2', '3'],
  })
})

test('the name of an internal frontend has the subnet that the Service names', () => {
  const { resources } = contributionOf({
    annotations: { ...inside, ...key('load-balancer-internal-subnet', 'closed') },
  })
  assert.ok(only(resources, 'load-balancer').parts?.[`frontend/${stem}-closed`])
})

test('an internal address that is asked for is fixed', () => {
  const { resources } = contributionOf({
    annotations: { ...inside, ...key('load-balancer-ipv4', '10.0.1.50') },
  })
  assert.deepEqual(only(resources, 'load-balancer').parts?.['frontend/ip-10-0-1-50']?.spec['properties'], {
    privateIPAddress: '10.0.1.50',
    privateIPAllocationMethod: 'Static',
    subnet,
  })
})

test('an address that an earlier controller fixed stays', () => {
  const body = balancerBody('kubernetes-internal', [{ index: 1, ip: '10.0.1.5' }])
  const text = JSON.stringify(body).replaceAll('"Dynamic"', '"Static"')
  const observed = existing({ 'load-balancer': [JSON.parse(text) as JsonObject] })
  const { plan } = planOf([service({ annotations: inside })], { observed })
  assert.deepEqual(
    plan.steps,
    plan.steps.filter(({ kind }) => kind !== 'load-balancer'),
  )
})
