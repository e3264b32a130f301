import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceObject } from '../../src/model/objects.ts'
import type { Blueprint, Desired } from '../../src/provider/blueprint.ts'
import { aws } from '../keys/aws.ts'
import { judge, type Verdict } from './laws.ts'
import { createRandom } from './random.ts'
import { covered, readRange } from './ranges.ts'

const service = (spec: object): ServiceObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', annotations: {} },
  spec: {
    type: 'LoadBalancer',
    ports: [{ port: 80, nodePort: 30_080 }],
    loadBalancerSourceRanges: ['10.0.0.0/8'],
    ...spec,
  },
})

const withDesired = (change: (desired: Desired) => Desired): Blueprint => ({
  ...aws.blueprint,
  desired: (lb, context) => change(aws.blueprint.desired(lb, context)),
})

const verdictOn = (blueprint: Blueprint, spec: object = {}): Verdict =>
  judge({ blueprint, service: service(spec), world: {}, random: createRandom(1) })

const rule = (field: string, value: unknown): Blueprint =>
  withDesired(({ resources, problems }) => ({
    problems,
    resources: resources.map((one) =>
      one.kind === 'listener' ? { ...one, spec: { ...one.spec, [field]: value as string } } : one,
    ),
  }))

/** Providers with a fault, and what the laws say of each: a law that finds nothing there finds nothing anywhere. */
const rows: readonly { name: string; blueprint: Blueprint; says: RegExp; spec?: object }[] = [
  { name: 'one that widens', blueprint: rule('CidrIp', '0.0.0.0/0'), says: /^lets in 0\.0\.0\.0\/0/ },
  {
    name: 'one that lets a group in',
    blueprint: rule('sourceAddressPrefix', 'Storage'),
    says: /^lets in Storage/,
  },
  {
    name: 'one that forgets the ranges',
    blueprint: withDesired(({ resources, problems }) => ({
      problems,
      resources: resources.filter(({ kind }) => kind !== 'security-group'),
    })),
    says: /^10\.0\.0\.0\/8 was asked for/,
  },
  { name: 'one that writes no JSON', blueprint: rule('Port', Number.NaN), says: /^no JSON: .* is NaN/ },
  {
    name: 'one with a problem that is not explained',
    blueprint: withDesired(({ resources }) => ({
      resources,
      problems: [{ code: 'LB_NONE', severity: 'note', path: 'spec.type', message: 'x' }],
    })),
    says: /LB_NONE is not explained/,
  },
  {
    name: 'one with a problem nowhere',
    blueprint: withDesired(({ resources }) => ({
      resources,
      problems: [{ code: 'LB_FACTS', severity: 'error', path: '', message: 'x' }],
    })),
    says: /has no path/,
  },
  {
    name: 'one whose canonical form changes when taken twice',
    blueprint: {
      ...aws.blueprint,
      kinds: Object.fromEntries(
        Object.entries(aws.blueprint.kinds).map(([name, kind]) => [
          name,
          { ...kind, canonical: (spec) => ({ ...spec, Twice: (Number(spec['Twice'] ?? 0) || 0) + 1 }) },
        ]),
      ),
    },
    says: /changes when taken twice/,
  },
]

for (const { name, blueprint, says, spec } of rows)
  test(`the laws catch ${name}`, () => assert.match(verdictOn(blueprint, spec).broken ?? '', says))

test('the laws have nothing to say of a sound one', () => {
  assert.deepEqual(verdictOn(aws.blueprint), { planned: true })
  assert.deepEqual(verdictOn(aws.blueprint, { loadBalancerSourceRanges: ['10.0.0.0/33'] }), {
    planned: false,
  })
})

const covers = (inner: string, ...outer: readonly string[]): boolean => {
  const range = readRange(inner)
  assert.ok(range !== undefined)
  return covered(
    range,
    outer.flatMap((text) => readRange(text) ?? []),
  )
}

test('ranges are read and compared apart from the code that is tested', () => {
  assert.ok(covers('10.1.0.0/16', '10.0.0.0/8'))
  assert.ok(covers('10.0.0.0/8', '10.128.0.0/9', '10.0.0.0/9'))
  assert.ok(!covers('10.0.0.0/8', '10.128.0.0/9', '10.0.0.0/10'))
  assert.ok(!covers('0.0.0.0/0', '::/0'))
  assert.ok(covers('2001:db8::1/128', '2001:DB8::/32'))
  for (const bad of [
    '10.0.0.0',
    '10.0.0.0/33',
    '010.0.0.0/8',
    '::ffff:10.0.0.0/104',
    'fe80::1%a/64',
    '10.0.0.0/8 x',
    '',
  ])
    assert.equal(readRange(bad), undefined, bad)
})
