import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '../../src/lib/result.ts'
import { readAnnotations } from '../../src/model/annotation-reader.ts'
import { type AnnotationTable, keyedOf, settingsOf } from '../../src/model/annotations.ts'
import { keysByCloud } from '../../src/model/known-keys.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { portableOf } from '../../src/model/portable-of-key.ts'
import { indexOf } from '../../src/model/table-index.ts'
import { boolean } from '../../src/model/value-boolean.ts'
import { choice } from '../../src/model/value-choice.ts'
import { integer } from '../../src/model/value-integer.ts'
import { clouds } from '../../scripts/clouds.ts'
import { capable, read, said, service } from './service.ts'

const base = { verdict: { is: 'implemented' }, doc: 'A row.', default: 'none', example: 'internal' } as const

const rows = {
  scheme: {
    ...base,
    key: 'cloud.example/scheme',
    type: choice(['internal', 'public']),
    portable: takes(portable.internal, (inside) => ok(inside ? 'internal' : 'public')),
  },
  weight: {
    ...base,
    key: 'cloud.example/weight.<port>',
    family: /^cloud\.example\/weight\.(?<at>\d+)$/,
    type: integer({ min: 0, max: 9 }),
  },
  crossZone: { ...base, key: portable.crossZone.key, type: boolean },
} as const satisfies AnnotationTable

const table: AnnotationTable = rows
const reading = (annotations: Record<string, string>) => readAnnotations(table, annotations, 'example')

test('a portable key sets the row of the cloud, and says where it stands', () => {
  const { settings, problems } = reading({ [portable.internal.key]: 'true' })
  assert.deepEqual(problems, [])
  const { scheme } = settingsOf(rows, { settings })
  assert.deepEqual(
    [scheme?.value, scheme?.path],
    ['internal', 'metadata.annotations["lb-controller.io/internal"]'],
  )
})

test('a portable key and a key of the cloud may say the same: the one of the cloud is named', () => {
  const { settings, problems } = reading({
    [portable.internal.key]: 'true',
    'cloud.example/scheme': 'internal',
  })
  assert.deepEqual(problems, [])
  assert.equal(settings['scheme']?.key, 'cloud.example/scheme')
})

test('where they disagree, both are named and neither is guessed', () => {
  const { problems } = reading({ [portable.internal.key]: 'false', 'cloud.example/scheme': 'internal' })
  const [problem] = problems
  assert.equal(problems.length, 1)
  assert.equal(problem?.code, 'LB_ANNOTATION_CONFLICT')
  assert.match(`${problem?.message} ${problem?.hint}`, /cloud\.example\/scheme.*lb-controller\.io\/internal/)
})

test('a bad portable value is refused with what that key accepts, not with what the row does', () => {
  const { problems } = reading({ [portable.internal.key]: 'internal' })
  assert.equal(problems[0]?.code, 'LB_ANNOTATION_BOOLEAN')
  assert.match(problems[0]?.accepted ?? '', /^true or false/)
})

test('a row of its own for a portable key, and a slip in one', () => {
  assert.equal(reading({ [portable.crossZone.key]: 'true' }).settings['crossZone']?.value, true)
  const [slip] = reading({ 'lb-controller.io/cross-zon': 'true' }).problems
  assert.equal(slip?.code, 'LB_ANNOTATION_TYPO')
  assert.match(slip?.hint ?? '', /lb-controller\.io\/cross-zone/)
})

test('a family of keys keeps every value, by its variable part', () => {
  const { keyed, problems } = reading({ 'cloud.example/weight.80': '1', 'cloud.example/weight.443': '2' })
  assert.deepEqual(problems, [])
  const { weight = {} } = keyedOf(rows, { keyed })
  assert.deepEqual(
    Object.entries(weight).map(([at, { value }]) => [at, value]),
    [
      ['80', 1],
      ['443', 2],
    ],
  )
})

const ranges = portable.sourceRanges.key
const old = 'service.beta.kubernetes.io/load-balancer-source-ranges'

const sourceRanges: readonly {
  readonly name: string
  readonly spec?: readonly string[]
  readonly annotations: Readonly<Record<string, string>>
  readonly cidrs?: readonly string[]
  readonly said?: readonly string[]
}[] = [
  { name: 'the portable key', annotations: { [ranges]: '10.0.0.0/8' }, cidrs: ['10.0.0.0/8'] },
  {
    name: 'the same as the older key, in another order',
    annotations: { [ranges]: '10.0.0.0/8,192.0.2.0/24', [old]: '192.0.2.0/24, 10.0.0.0/8' },
    cidrs: ['192.0.2.0/24', '10.0.0.0/8'],
  },
  {
    name: 'other ranges than the older key',
    annotations: { [ranges]: '10.0.0.0/8', [old]: '0.0.0.0/0' },
    said: [`error LB_ANNOTATION_CONFLICT metadata.annotations["${ranges}"]`],
  },
  {
    name: 'other ranges than the field',
    spec: ['0.0.0.0/0'],
    annotations: { [ranges]: '10.0.0.0/8' },
    said: [`error LB_ANNOTATION_CONFLICT metadata.annotations["${ranges}"]`],
  },
  {
    name: 'a list without an item never means everywhere',
    annotations: { [ranges]: ' , ' },
    said: [`error LB_SOURCE_RANGE_INVALID metadata.annotations["${ranges}"]`],
  },
]

for (const row of sourceRanges)
  test(`source ranges: ${row.name}`, () => {
    const spec = row.spec === undefined ? {} : { loadBalancerSourceRanges: row.spec }
    const result = read(service(spec, { annotations: row.annotations }), { table })
    assert.deepEqual(said(result), row.said ?? [])
    assert.deepEqual(
      result.lb?.sourceRanges.map(({ cidr }) => cidr),
      row.cidrs,
    )
  })

test('a cloud with one family for each load balancer serves the first', () => {
  const both = { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6', 'IPv4'] }
  const result = read(service(both), { can: { ...capable, dualStack: false } })
  assert.deepEqual(said(result), ['warning LB_FAMILY_FALLBACK spec.ipFamilies'])
  assert.deepEqual(result.lb?.families, ['IPv6'])
  const required = read(service({ ...both, ipFamilyPolicy: 'RequireDualStack' }), {
    can: { ...capable, dualStack: false },
  })
  assert.deepEqual(said(required), ['error LB_FAMILY_UNSUPPORTED spec.ipFamilyPolicy'])
})

for (const { blueprint } of clouds) {
  const { keys } = indexOf(blueprint.annotations)

  test(`${blueprint.name}: its table has every key that its controllers know`, () => {
    const index = indexOf(blueprint.annotations)
    const missing = (keysByCloud[blueprint.name] ?? []).filter((key) => index.nameOf(key) === undefined)
    assert.deepEqual(missing, [])
  })

  test(`${blueprint.name}: keys that are said to have a portable one do`, () => {
    for (const key of keysByCloud[blueprint.name] ?? []) {
      const name = portableOf(key)
      if (name !== undefined) assert.ok(keys.has(name), `${key}: ${name}`)
    }
  })

  test(`${blueprint.name}: a key that takes a portable one is known by it to the other clouds`, () => {
    for (const { key, portable: taken } of Object.values(blueprint.annotations))
      if (taken !== undefined && keysByCloud[blueprint.name]?.includes(key) === true)
        assert.equal(portableOf(key), taken.key, key)
  })
}

test('a blank value of a key that says who may connect is no wish for everybody', () => {
  for (const { blueprint } of clouds)
    for (const { key, blank } of Object.values(blueprint.annotations)) {
      if (blank === undefined) continue
      const { problems } = readAnnotations(blueprint.annotations, { [key]: ' ' }, blueprint.name)
      assert.deepEqual(
        problems.map(({ code, severity }) => `${severity} ${code}`),
        ['error LB_ANNOTATION_EMPTY'],
        key,
      )
    }
})
