import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gcpClasses, standaloneClass } from '../../../providers/gcp/scheme.ts'
import { equal } from '../../../src/lib/json.ts'
import { asked, blueprint, built, node, planned, service } from './world.ts'

const keys = (of: ReturnType<typeof asked>): readonly string[] =>
  of.resources.map(({ kind, key, stack }) => `${stack === 'shared' ? 'shared ' : ''}${kind} ${key}`)

const both = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }
const internal = { 'networking.gke.io/load-balancer-type': 'Internal' }

test('two families: everything that belongs to a family twice, one backend service', () => {
  const of = asked(service(both))
  assert.deepEqual(keys(of), [
    'address external/IPv4',
    'address external/IPv6/nodes',
    'shared health-check external',
    'firewall allow/IPv4',
    'firewall allow/IPv6',
    'shared firewall health/IPv4',
    'shared firewall health/IPv6',
    'network-endpoint-group us-central1-a',
    'network-endpoint-group us-central1-b',
    'backend-service external',
    'forwarding-rule external/IPv4',
    'forwarding-rule external/IPv6',
  ])
  const names = of.resources.filter(({ kind }) => kind === 'forwarding-rule').map(({ spec }) => spec['name'])
  assert.deepEqual(names, ['a1111111122223333444455555555555', 'a1111111122223333444455555555555-ipv6'])
})

const mixed = {
  ports: [
    { name: 'a', port: 53, protocol: 'TCP', nodePort: 30_053 },
    { name: 'b', port: 53, protocol: 'UDP', nodePort: 30_054 },
  ],
}
const rules = (of: ReturnType<typeof asked>) =>
  of.resources
    .filter(({ kind }) => kind === 'forwarding-rule')
    .map(
      ({ spec }) =>
        `${JSON.stringify(spec['IPProtocol'])} ${JSON.stringify(spec['ports'] ?? spec['allPorts'])}`,
    )

const mixes: readonly (readonly [string, ReturnType<typeof asked>, readonly string[]])[] = [
  ['outside: a rule for each', asked(service(mixed)), ['"TCP" ["53"]', '"UDP" ["53"]']],
  [
    'outside, as set: one for all',
    asked(service(mixed), {}, { mixedProtocols: 'l3' }),
    ['"L3_DEFAULT" true'],
  ],
  ['inside: one for all', asked(service(mixed, internal)), ['"L3_DEFAULT" true']],
  [
    'of both families',
    asked(service({ ...mixed, ...both })),
    ['"TCP" ["53"]', '"UDP" ["53"]', '"L3_DEFAULT" true'],
  ],
]
for (const [name, of, wanted] of mixes)
  test(`TCP and UDP ${name}`, () => {
    assert.deepEqual(rules(of), wanted)
    assert.equal(of.resources.find(({ kind }) => kind === 'backend-service')?.spec['protocol'], 'UNSPECIFIED')
  })

test('instance groups, where they are asked for, are shared', () => {
  const of = asked(
    service(),
    { facts: { region: 'us-central1', ingressUid: '0123456789abcdef' } },
    { backends: 'instance-group' },
  )
  assert.ok(keys(of).includes('shared instance-group us-central1-a'))
  const group = of.resources.find(({ kind }) => kind === 'instance-group')
  assert.equal(group?.spec['name'], 'k8s-ig--0123456789abcdef')
})

test('Services share one health check, and one that leaves takes nothing from the other', () => {
  const [web, api] = [service(), service({}, {}, 'api')]
  const { plan } = planned([web, api])
  assert.equal(plan.steps.filter(({ kind }) => kind === 'health-check').length, 1)
  assert.equal(plan.steps.filter(({ key }) => key === 'health/IPv4').length, 1)
  assert.deepEqual(plan.problems, [])
  const observed = built(web)
  assert.deepEqual(
    planned([], { observed }).plan.steps.filter(({ stack }) => stack === 'shared'),
    [],
  )
})

test('internal load balancers that share a backend service ask the same of it', () => {
  const share = { ...internal, 'alpha.cloud.google.com/load-balancer-backend-share': 'true' }
  const { plan, problems } = planned([service({}, share), service({}, share, 'api')])
  assert.deepEqual(
    problems.filter(({ severity }) => severity !== 'note'),
    [],
  )
  assert.equal(plan.steps.filter(({ kind }) => kind === 'backend-service').length, 1)
})

const port = (number: number) => ({
  ports: [{ name: 'p', port: number, protocol: 'TCP', nodePort: 30_080 }],
})

test('Services of a group have one address, and each port of it one Service', () => {
  const group = { 'lb-controller.io/group': 'edge' }
  const apart = planned([service(port(80), group), service(port(443), group, 'api')])
  assert.equal(apart.plan.steps.filter(({ kind }) => kind === 'address').length, 1)
  assert.deepEqual(
    apart.plan.steps.filter(({ kind }) => kind === 'forwarding-rule').map(({ key }) => key),
    ['group-external-edge/IPv4/TCP/443', 'group-external-edge/IPv4/TCP/80'],
  )
  const both = planned([service(port(80), group), service(port(80), group, 'api')])
  assert.deepEqual(
    both.plan.problems.map(({ code, path }) => `${code} ${path}`),
    ['LB_PART_TAKEN spec.ports[0]'],
  )
  const of = service(port(80), group)
  assert.deepEqual(planned([of], { observed: built(of) }).plan.steps, [])
})

for (const name of gcpClasses)
  test(`class ${name}`, () => {
    const of = asked(service({ loadBalancerClass: name }))
    const scheme = name.includes('internal') ? 'internal' : 'external'
    const wanted = name === standaloneClass ? undefined : scheme
    assert.equal(of.resources.find(({ kind }) => kind === 'backend-service')?.key, wanted)
    assert.ok(of.resources.some(({ kind }) => kind === 'network-endpoint-group'))
  })

test('numbers that somebody raised in the cloud stay', () => {
  const observed = built(service()).map((item) =>
    item.kind === 'health-check'
      ? { ...item, spec: { ...item.spec, checkIntervalSec: 30, timeoutSec: 0 } }
      : item,
  )
  const { plan } = planned([service()], { observed })
  assert.deepEqual(
    plan.steps.flatMap(({ fields = [] }) =>
      fields.map(({ path, after }) => `${path} ${JSON.stringify(after)}`),
    ),
    ['timeoutSec 1'],
  )
})

test('the order of nodes and ports means nothing', () => {
  const ports = [80, 443, 8080].map((port) => ({
    name: `p${port}`,
    port,
    protocol: 'TCP',
    nodePort: 30_000 + port,
  }))
  const machines = [node('gke-1'), node('gke-2'), node('gke-3', 'us-central1-b')]
  const one = planned([service({ ports })], { nodes: machines })
  const other = planned([service({ ports: ports.toReversed() })], { nodes: machines.toReversed() })
  const specs = ({ plan }: typeof one) => plan.steps.map(({ id, after }) => [id, after])
  assert.ok(equal(specs(one), specs(other)))
})

test('canonical forms are idempotent', () => {
  const { kinds } = blueprint()
  const proxied = asked(service({}, { 'lb-controller.io/tls-certificate': 'edge' }))
  const seen = new Set<string>()
  for (const { kind, spec } of [...asked(service(both)).resources, ...proxied.resources]) {
    const once = kinds[kind]?.canonical(spec) ?? {}
    assert.deepEqual(kinds[kind]?.canonical(once), once, kind)
    seen.add(kind)
  }
  assert.equal(seen.size, 7)
})

test('in a shared VPC each firewall rule comes with the command that makes it', () => {
  const of = asked(service(), {
    facts: { project: 'shop-prod', region: 'us-central1', network: 'projects/host/global/networks/prod' },
  })
  const notes = of.problems.filter(({ code }) => code === 'LB_GCP_SHARED_VPC')
  assert.equal(notes.length, 2)
  assert.match(
    notes[0]?.hint ?? '',
    /firewall-rules create k8s2-\S+ --network prod .*--allow tcp:80 --source-ranges 0\.0\.0\.0\/0 --destination-ranges <known at apply> --target-tags gke --priority 1000 --direction INGRESS --project host$/,
  )
})
