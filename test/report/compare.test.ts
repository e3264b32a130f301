import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnnotationTable } from '../../src/model/annotations.ts'
import type { ServiceObject } from '../../src/model/objects.ts'
import { portable } from '../../src/model/portable.ts'
import { emulated, error, hasError, warning, type Problem } from '../../src/model/problem.ts'
import { boolean } from '../../src/model/value-boolean.ts'
import type { Step } from '../../src/plan/plan.ts'
import { compare, type ComparedCloud } from '../../src/report/compare.ts'
import { nothing } from '../../src/report/differences.ts'

const key = portable.internal.key
const path = `metadata.annotations[${JSON.stringify(key)}]`
const table: AnnotationTable = {
  internal: { ...portable.internal, verdict: { is: 'implemented' }, default: 'false', type: boolean },
}

interface Wish {
  readonly fields: Readonly<Record<string, string>>
  readonly problems?: readonly Problem[]
}

/** A cloud of one object, whose fields and problems a row writes down. */
const cloud = (
  name: string,
  wish: (service: ServiceObject) => Wish,
  of: AnnotationTable = table,
): ComparedCloud => ({
  name,
  table: of,
  plan(service) {
    const { fields, problems = [] } = wish(service)
    if (hasError(problems)) return { outcome: 'invalid', problems, picture: nothing }
    const step: Step = {
      id: '1',
      action: 'create',
      stack: 's',
      kind: 'balancer',
      key: 'x',
      after: fields,
      why: '',
      needs: [],
      owners: [],
    }
    return { outcome: 'planned', problems, picture: { steps: [step], resources: [] } }
  },
})

const internal = ({ metadata }: ServiceObject): boolean => metadata.annotations?.[key] === 'true'
const sticky = ({ spec }: ServiceObject): boolean => spec?.sessionAffinity === 'ClientIP'
const ports = ({ spec }: ServiceObject): string =>
  (spec?.ports ?? []).map(({ port, protocol = 'TCP' }) => `${port}/${protocol}`).join(', ')

const service = (more: Partial<ServiceObject['spec']> = {}, value = 'true'): ServiceObject => ({
  metadata: { name: 'edge', annotations: { [key]: value } },
  spec: { type: 'LoadBalancer', ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }], ...more },
})

interface Row {
  readonly name: string
  readonly given: ServiceObject
  readonly wish: (service: ServiceObject) => Wish
  /** Label of an ask, and its cell. */
  readonly cells: Readonly<Record<string, string>>
}

const scheme = (one: ServiceObject): Wish => ({
  fields: { scheme: internal(one) ? 'internal' : 'public', ports: ports(one) },
})

const rows: readonly Row[] = [
  {
    name: 'done: the field that differs, in its own name',
    given: service(),
    wish: scheme,
    cells: { internal: 'done: scheme internal on balancer' },
  },
  {
    name: 'done: what it asks for holds anyway, as another value shows',
    given: service({}, 'false'),
    wish: scheme,
    cells: { internal: 'done: what it asks for holds anyway' },
  },
  {
    name: 'ignored: nothing differs, whatever the value, and nobody says why',
    given: service(),
    wish: (one) => ({ fields: { ports: ports(one) } }),
    cells: { internal: 'ignored: the plan is the same without it' },
  },
  {
    name: 'ignored: with the sentence of the warning',
    given: service(),
    wish: (one) => ({
      fields: { ports: ports(one) },
      problems: internal(one) ? [warning('LB_X', path, 'not here', { hint: 'go there' })] : [],
    }),
    cells: { internal: 'ignored: not here: go there' },
  },
  {
    name: 'done, with what is not honoured of it',
    given: service(),
    wish: (one) => ({ ...scheme(one), problems: internal(one) ? [warning('LB_X', path, 'half of it')] : [] }),
    cells: { internal: 'done: scheme internal on balancer; but half of it' },
  },
  {
    name: 'emulated: by its note, whether the plan differs or not',
    given: service({ sessionAffinity: 'ClientIP' }),
    wish: (one) => ({
      ...scheme(one),
      problems: sticky(one) ? [emulated('spec.sessionAffinity', 'by the nodes')] : [],
    }),
    cells: { 'session affinity': 'emulated: by the nodes', internal: 'done: scheme internal on balancer' },
  },
  {
    name: 'refused: and the other rows are answered without it',
    given: service({ sessionAffinity: 'ClientIP' }),
    wish: (one) => ({
      ...scheme(one),
      problems: sticky(one) ? [error('LB_X', 'spec.sessionAffinity', 'never', { hint: 'take None' })] : [],
    }),
    cells: {
      'session affinity': 'refused: never: take None',
      internal: 'done: scheme internal on balancer',
      'port 80/TCP': 'done: ports 80/TCP, 53/UDP on balancer',
    },
  },
  {
    name: 'refused one after the other: what shows only without the first',
    given: service({ sessionAffinity: 'ClientIP' }),
    wish: (one) => ({
      ...scheme(one),
      problems: sticky(one)
        ? [error('LB_X', 'spec.sessionAffinity', 'never')]
        : internal(one)
          ? [error('LB_X', path, 'nor this')]
          : [],
    }),
    cells: { 'session affinity': 'refused: never', internal: 'refused: nor this' },
  },
  {
    name: 'a port refused: the others are measured among themselves, and a mix that needs it is refused with it',
    given: service(),
    wish: (one) => ({
      ...scheme(one),
      problems: (one.spec?.ports ?? []).flatMap(({ protocol }, at) =>
        protocol === 'UDP' ? [error('LB_X', `spec.ports[${at}].protocol`, 'no UDP')] : [],
      ),
    }),
    cells: {
      'port 53/UDP': 'refused: no UDP',
      'mixed protocols': 'refused: no UDP',
      'port 80/TCP': 'done: balancer x',
    },
  },
  {
    name: 'two ports refused, the second only without the first: it is not mistaken for another',
    given: service({ ports: [{ port: 1 }, { port: 2 }, { port: 80 }] }),
    wish: (one) => {
      const listed = one.spec?.ports ?? []
      const at = listed.findIndex(({ port }) => port === (listed.length === 3 ? 1 : 2))
      return {
        ...scheme(one),
        problems: at === -1 ? [] : [error('LB_X', `spec.ports[${at}].port`, `not ${at}`)],
      }
    },
    cells: {
      'port 1/TCP': 'refused: not 0',
      'port 2/TCP': 'refused: not 0',
      'port 80/TCP': 'done: balancer x',
    },
  },
  {
    name: 'ports without NodePorts: what asked for none is refused, and not the ports',
    given: service({ allocateLoadBalancerNodePorts: false }),
    wish: (one) => ({
      ...scheme(one),
      problems:
        one.spec?.allocateLoadBalancerNodePorts === false
          ? (one.spec.ports ?? []).map((_port, at) =>
              error('LB_X', `spec.ports[${at}].nodePort`, 'needs one'),
            )
          : [],
    }),
    cells: {
      'no NodePorts': 'refused: needs one',
      'port 80/TCP': 'done: ports 80/TCP, 53/UDP on balancer',
    },
  },
  {
    name: 'mixed protocols refused as such: the ports of one protocol are answered',
    given: service(),
    wish: (one) => ({
      ...scheme(one),
      problems:
        ports(one).includes('UDP') && ports(one).includes('TCP')
          ? [error('LB_X', 'spec.ports', 'no mix')]
          : [],
    }),
    cells: {
      'mixed protocols': 'refused: no mix',
      'port 80/TCP': 'done: balancer x',
      'port 53/UDP': 'done: balancer x',
      internal: 'done: scheme internal on balancer',
    },
  },
  {
    name: 'what no ask is to blame for refuses the whole Service',
    given: service(),
    wish: (one) => ({ ...scheme(one), problems: [error('LB_X', 'metadata.name', 'no such name')] }),
    cells: { 'the Service': 'refused: no such name', internal: 'refused: no such name' },
  },
]

for (const { name, given, wish, cells } of rows)
  test(`compare: ${name}`, () => {
    const found = new Map(
      compare(given, [cloud('a', wish)]).map(({ ask, cells: [cell] }) => [
        ask.label,
        `${cell?.word}: ${cell?.sentence}`,
      ]),
    )
    for (const [label, cell] of Object.entries(cells)) assert.equal(found.get(label), cell, label)
  })

test('compare: a cell for each cloud, in their order; asks in the order of the file', () => {
  const compared = compare(service({ loadBalancerIP: '10.0.0.1', externalTrafficPolicy: 'Local' }), [
    cloud('a', scheme),
    cloud('b', (one) => ({ fields: { ports: ports(one) } })),
  ])
  assert.deepEqual(
    compared.map(({ ask, cells }) => [ask.label, ...cells.map(({ word }) => word)]),
    [
      ['port 80/TCP', 'done', 'done'],
      ['port 53/UDP', 'done', 'done'],
      ['mixed protocols', 'done', 'done'],
      ['traffic policy', 'ignored', 'ignored'],
      ['requested address', 'ignored', 'ignored'],
      ['internal', 'done', 'ignored'],
    ],
  )
})

test('a key without effect here, with the value that asks for none, is done', () => {
  const harmless: AnnotationTable = {
    internal: {
      ...portable.internal,
      type: boolean,
      default: 'false',
      verdict: { is: 'refused', why: 'none of it here', harmless: ['false'] },
    },
  }
  const told = (value: string) =>
    compare(service({}, value), [cloud('toy', (one) => ({ fields: { ports: ports(one) } }), harmless)])
      .find(({ ask }) => ask.label === 'internal')
      ?.cells.map(({ word }) => word)
  assert.deepEqual(told('false'), ['done'])
  assert.deepEqual(told('true'), ['ignored'])
})
