import assert from 'node:assert/strict'
import test from 'node:test'
import type { JsonObject } from '../../../src/lib/json.ts'
import {
  azure,
  contributionOf,
  existing,
  facts,
  inside,
  network,
  only,
  planOf,
  service,
  stemOf,
} from './world.ts'

const key = (suffix: string, value: string) => ({ [`${azure}pls-${suffix}`]: value })
const create = { ...inside, ...key('create', 'True') }
const stem = stemOf(1)
const frontend = `${network}/loadBalancers/kubernetes-internal/frontendIPConfigurations/${stem}`
const subnet = { id: `${network}/virtualNetworks/shop/subnets/nodes` }

const bare = {
  ...facts,
  virtualNetwork: {
    name: 'shop',
    subnets: [
      { name: 'nodes', ranges: [] },
      { name: 'front', ranges: [] },
      { name: 'links', ranges: [] },
    ],
  },
}

const propertiesOf = (annotations: Record<string, string>): JsonObject =>
  only(
    contributionOf({ annotations: { ...create, ...annotations } }, { facts: bare }).resources,
    'private-link-service',
  ).spec['properties'] as JsonObject

test('a private link as it is without further wishes', () => {
  const link = only(contributionOf({ annotations: create }).resources, 'private-link-service')
  assert.equal(link.key, `pls-${stem}`)
  assert.deepEqual(link.needs, [
    { stack: 'load-balancer/kubernetes-internal', kind: 'load-balancer', key: 'kubernetes-internal' },
  ])
  assert.deepEqual(link.spec, {
    location: 'westeurope',
    properties: {
      loadBalancerFrontendIpConfigurations: [{ id: frontend }],
      ipConfigurations: [
        {
          name: `nodes-pls-${stem}-dynamic-0`,
          properties: {
            privateIPAllocationMethod: 'Dynamic',
            subnet,
            primary: true,
            privateIPAddressVersion: 'IPv4',
          },
        },
      ],
      enableProxyProtocol: false,
      fqdns: [],
      visibility: { subscriptions: [] },
      autoApproval: { subscriptions: [] },
    },
    tags: {
      'k8s-azure-cluster-name': 'kubernetes',
      'lb-controller-cluster': 'cccccccc-0000-0000-0000-000000000000',
      'lb-controller-service-uid': service().metadata.uid,
      'k8s-azure-owner-service': 'shop/web-1',
    },
  })
})

test('fixed addresses come first, the first of them is primary, the rest is left to Azure', () => {
  const { ipConfigurations } = propertiesOf({
    ...key('ip-configuration-ip-address-count', '3'),
    ...key('ip-configuration-ip-address', ' 10.0.1.9   10.0.1.8 10.0.1.9'),
  }) as { ipConfigurations: readonly { name: string; properties: JsonObject }[] }
  assert.deepEqual(
    ipConfigurations.map(({ name, properties }) => [
      name.slice(name.indexOf(stem) + stem.length),
      properties['primary'],
    ]),
    [
      ['-static-10.0.1.9', true],
      ['-static-10.0.1.8', false],
      ['-dynamic-0', false],
    ],
  )
})

test('everybody absorbs the others', () => {
  const { visibility, fqdns } = propertiesOf({
    ...key('visibility', 'one  * two'),
    ...key('fqdns', ' a.example   b.example '),
  })
  assert.deepEqual(visibility, { subscriptions: ['*'] })
  assert.deepEqual(fqdns, ['a.example', 'b.example'])
})

const subnetOf = (annotations: Record<string, string>): string =>
  /subnets\/(\w+)/.exec(JSON.stringify(propertiesOf(annotations)['ipConfigurations']))?.[1] ?? ''

test('the subnet: its own key, else that of the frontend, else of the configuration', () => {
  const front = { [`${azure}load-balancer-internal-subnet`]: 'front' }
  assert.equal(subnetOf({}), 'nodes')
  assert.equal(subnetOf(front), 'front')
  assert.equal(subnetOf({ ...front, ...key('ip-configuration-subnet', 'links') }), 'links')
})

test('one that is there as asked is left alone; one that nobody wants goes', () => {
  const { resources } = contributionOf({ annotations: create })
  const { spec } = only(resources, 'private-link-service')
  const body = { name: `pls-${stem}`, id: `${network}/privateLinkServices/pls-${stem}`, ...spec }
  const observed = existing({ 'private-link-service': [body] })
  const stepsFor = (annotations: Record<string, string>) =>
    planOf([service({ annotations })], { observed })
      .plan.steps.filter(({ kind }) => kind === 'private-link-service')
      .map(({ action }) => action)
  assert.deepEqual(stepsFor(create), [])
  assert.deepEqual(stepsFor({ ...create, ...key('fqdns', 'shop.example.com') }), ['update'])
  assert.deepEqual(stepsFor(inside), ['delete'])
})

test('one that somebody made by hand is not ours', () => {
  const body = {
    name: 'link',
    id: `${network}/privateLinkServices/link`,
    location: 'westeurope',
    properties: {},
  }
  assert.equal(existing({ 'private-link-service': [body] })[0]?.body, 'foreign')
})

test('two Services that want one private link: the older has it', () => {
  const address = { ...create, [`${azure}load-balancer-ipv4`]: '10.0.1.50' }
  const { problems } = planOf([
    service({
      index: 2,
      annotations: address,
      spec: { ports: [{ name: 'x', protocol: 'TCP', port: 81, nodePort: 30_081 }] },
    }),
    service({ index: 1, annotations: address }),
  ])
  const losers = new Set(problems.map(({ code, message }) => `${code} ${message.split(':')[0]}`))
  assert.deepEqual([...losers], ['LB_FIELD_TAKEN shop/web-2'])
})
