import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inferProviders, type Hints } from '../../src/cli/infer-provider.ts'
import type { NodeObject, ServiceObject } from '../../src/model/objects.ts'
import { providers } from '../../src/provider/names.ts'

const service = (annotations: Record<string, string>, loadBalancerClass?: string): ServiceObject => ({
  metadata: { name: 'edge', annotations },
  spec: loadBalancerClass === undefined ? {} : { loadBalancerClass },
})
const node = (providerID: string): NodeObject => ({ metadata: { name: providerID }, spec: { providerID } })
const classes: Readonly<Record<string, readonly string[]>> = { gcp: ['example.com/gcp'], azure: [] }

interface Row {
  readonly name: string
  readonly hints: Partial<Hints>
  readonly names: readonly string[]
}

const aws = { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' }
const rows: readonly Row[] = [
  { name: '--provider before all', hints: { asked: ['x'], services: [service(aws)] }, names: ['x'] },
  { name: 'a key of a cloud', hints: { services: [service(aws)] }, names: ['aws'] },
  {
    name: 'keys of two clouds, in the order of the clouds',
    hints: { services: [service({ 'networking.gke.io/load-balancer-type': 'Internal' }), service(aws)] },
    names: ['aws', 'gcp'],
  },
  {
    name: 'a misspelt key, by its beginning',
    hints: { services: [service({ 'loadbalancer.openstack.org/flavour': 'x' })] },
    names: ['openstack'],
  },
  {
    name: 'a key before a class',
    hints: { services: [service(aws, 'example.com/gcp')] },
    names: ['aws'],
  },
  {
    name: 'a class before nodes',
    hints: { services: [service({}, 'example.com/gcp')], nodes: [node('aws:///a/i-1')] },
    names: ['gcp'],
  },
  {
    name: "a class of nobody's, then nodes before facts",
    hints: {
      services: [service({}, 'example.com/x')],
      nodes: [node('azure:///subscriptions/x'), node('gce://p/z/n')],
      facts: { sections: { aws: {} } },
    },
    names: ['gcp', 'azure'],
  },
  {
    name: 'nodes of OpenStack',
    hints: { nodes: [node('openstack:///x')] },
    names: ['openstack'],
  },
  {
    name: 'facts before the setting; sections of no cloud do not count',
    hints: {
      nodes: [node('kind://x')],
      facts: { sections: { gcp: {}, typo: {} } },
      config: { provider: 'aws' },
    },
    names: ['gcp'],
  },
  {
    name: 'the setting',
    hints: { facts: { sections: {} }, config: { provider: 'azure' } },
    names: ['azure'],
  },
]

const infer = (hints: Partial<Hints>) =>
  inferProviders({ services: [], classesOf: async (name) => classes[name] ?? [], ...hints })

for (const { name, hints, names } of rows)
  test(`which clouds: ${name}`, async () => assert.deepEqual(await infer(hints), { names }))

test('which clouds: all there are, where nothing tells', async () => {
  assert.deepEqual(await infer({ services: [service({ 'example.com/x': 'y' })] }), {
    names: providers,
    everyCloud: true,
  })
})

test('classes are asked for only where a Service has one', async () => {
  await infer({
    services: [service({})],
    classesOf: () => Promise.reject(new Error('asked')),
  })
})
