import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { assert as check, asyncProperty, shuffledSubarray } from 'fast-check'
import { stringify } from 'yaml'
import { createProvider } from '../../../providers/aws/index.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { stableText } from '../../../src/lib/json.ts'
import type { Context, Desired } from '../../../src/provider/blueprint.ts'
import { createTestWorld, nodeNamed, readInput, readService } from './world.ts'

/** Set UPDATE_GOLDEN=1 to write the expectations anew, then read the difference. */
const update = process.env['UPDATE_GOLDEN'] === '1'

function assertGolden(name: string, desired: Desired): void {
  const file = new URL(`golden/${name}`, import.meta.url)
  const text = stringify(JSON.parse(JSON.stringify(desired)), {
    lineWidth: 120,
    aliasDuplicateObjects: false,
  })
  if (update) writeFileSync(file, text)
  assert.ok(existsSync(file), `${name} is missing: run with UPDATE_GOLDEN=1`)
  assert.equal(text, readFileSync(file, 'utf8'))
}

for (const name of ['web.yaml', 'local-ranges.yaml', 'tls.yaml', 'dns.yaml']) {
  test(`desired in a cluster: ${name}`, async () => {
    const world = createTestWorld()
    const lb = readService(readInput(name), world.provider)
    assertGolden(name, world.provider.desired(lb, await world.context(lb)))
  })
}

test('desired of a file: what nobody can know yet is said', () => {
  const provider = createProvider({}, { clock: systemClock })
  const lb = readService(readInput('file.yaml'), provider, 'file')
  const context: Context = {
    cluster: { name: 'kubernetes' },
    nodes: [],
    nodesUnknown: 'the nodes of the cluster',
    facts: new Map(),
    observed: [],
  }
  assertGolden('file.yaml', provider.desired(lb, context))
})

test('the order of nodes and ports changes nothing', async () => {
  const world = createTestWorld()
  const ids = ['a', 'b', 'c', 'd', 'e']
  for (const id of ids) world.cloud.addInstance({ id: `i-0${id}` })
  const service = readInput('dns.yaml')
  const nodes = ids.map((id) => nodeNamed(id))
  const build = async (ports: readonly number[], order: typeof nodes): Promise<string> => {
    const all = service.spec?.ports ?? []
    const shuffled = ports.map((at) => all[at] ?? assert.fail())
    const lb = readService({ ...service, spec: { ...service.spec, ports: shuffled } }, world.provider)
    const context = await world.context(lb, { nodes: order })
    const { resources } = world.provider.desired(lb, context)
    return stableText(resources.map(({ origins: _paths, ...resource }) => resource))
  }
  const expected = await build([0, 1, 2], nodes)
  await check(
    asyncProperty(
      shuffledSubarray([0, 1, 2], { minLength: 3 }),
      shuffledSubarray(nodes, { minLength: 5 }),
      async (ports, order) => assert.equal(await build(ports, order), expected),
    ),
    { numRuns: 25 },
  )
})

interface Refused {
  readonly name: string
  readonly input: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly ports?: readonly Readonly<Record<string, unknown>>[]
  readonly code: string
  readonly path: string
  readonly message: RegExp
}

const key = (suffix: string) => `service.beta.kubernetes.io/aws-load-balancer-${suffix}`
const at = (suffix: string) => `metadata.annotations[${JSON.stringify(key(suffix))}]`
const arn = 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-4333-8444-555555555555'

const refused: readonly Refused[] = [
  {
    name: 'TCP and UDP of one number with two node ports',
    input: 'web.yaml',
    ports: [
      { name: 'a', port: 53, protocol: 'TCP', nodePort: 30001 },
      { name: 'b', port: 53, protocol: 'UDP', nodePort: 30002 },
    ],
    code: 'LB_PORT_PAIR',
    path: 'spec.ports[1].nodePort',
    message: /30001 and 30002/,
  },
  {
    name: 'UDP beside TLS',
    input: 'tls.yaml',
    ports: [
      { name: 'https', port: 443, protocol: 'TCP', nodePort: 30443 },
      { name: 'quic', port: 443, protocol: 'UDP', nodePort: 30443 },
    ],
    code: 'LB_PORT_PAIR',
    path: 'spec.ports[1]',
    message: /ends TLS/,
  },
  {
    name: 'a TLS port that the Service lacks',
    input: 'tls.yaml',
    annotations: { 'ssl-ports': '443,8443' },
    code: 'LB_TLS_PORT_UNKNOWN',
    path: at('ssl-ports'),
    message: /no TCP port 8443/,
  },
  {
    name: 'a certificate of another region',
    input: 'tls.yaml',
    annotations: { 'ssl-cert': arn },
    code: 'LB_CERTIFICATE_REGION',
    path: at('ssl-cert'),
    message: /eu-west-1.*us-east-1/,
  },
  {
    name: 'a health check that outlasts its interval',
    input: 'web.yaml',
    annotations: { 'healthcheck-interval': '5', 'healthcheck-timeout': '6' },
    code: 'LB_HEALTH_CHECK_TIMEOUT',
    path: at('healthcheck-timeout'),
    message: /6 s.*5 s/,
  },
  {
    name: 'a health check on a port that the Service lacks',
    input: 'web.yaml',
    annotations: { 'healthcheck-port': 'metrics' },
    code: 'LB_HEALTH_CHECK_PORT',
    path: at('healthcheck-port'),
    message: /metrics/,
  },
  {
    name: 'UDP without the client address',
    input: 'dns.yaml',
    annotations: { 'target-group-attributes': 'preserve_client_ip.enabled=false' },
    code: 'LB_TARGET_GROUP_ATTRIBUTE',
    path: at('target-group-attributes'),
    message: /UDP port 53/,
  },
  {
    name: 'source ranges without the client address',
    input: 'local-ranges.yaml',
    annotations: { 'target-group-attributes': 'preserve_client_ip.enabled=false' },
    code: 'LB_SOURCE_RANGE_UNSUPPORTED',
    path: 'spec.loadBalancerSourceRanges[0]',
    message: /instead of clients/,
  },
  {
    name: 'an unknown subnet',
    input: 'web.yaml',
    annotations: { subnets: 'subnet-0nope' },
    code: 'LB_SUBNET_NOT_FOUND',
    path: at('subnets'),
    message: /no subnet subnet-0nope/,
  },
]

for (const row of refused) {
  test(`refused: ${row.name}`, async () => {
    const world = createTestWorld()
    const service = readInput(row.input)
    const more = Object.entries(row.annotations ?? {}).map(([suffix, value]) => [key(suffix), value])
    const annotations = { ...service.metadata.annotations, ...Object.fromEntries(more) }
    const ports = row.ports ?? service.spec?.ports
    const input = {
      ...service,
      metadata: { ...service.metadata, annotations },
      spec: { ...service.spec, ports },
    } as typeof service
    const lb = readService(input, world.provider)
    const { resources, problems } = world.provider.desired(lb, await world.context(lb))
    const problem = problems.find((one) => one.severity === 'error')
    assert.equal(problem?.code, row.code)
    assert.equal(problem.path, row.path)
    assert.match(problem.message, row.message)
    assert.deepEqual(resources, [], 'nothing is made from an input that is wrong')
  })
}

test('a thousand nodes are looked at once, not once for each Service', async () => {
  const world = createTestWorld()
  const lb = readService(readInput('web.yaml'), world.provider)
  const nodes = Array.from({ length: 1000 }, (_, at) => nodeNamed(`n${at}`, `i-${at.toString(16)}`))
  assert.equal(world.provider.lookups(lb, nodes), world.provider.lookups(lb, nodes))
  assert.deepEqual(
    world.provider.lookups(lb, nodes).map((lookup) => lookup.key.replace(/[0-9a-f]{10}$/, 'HASH')),
    ['aws/network', 'aws/node-groups/HASH'],
  )
})
