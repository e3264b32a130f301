import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { call, serving, type Reply } from './client.ts'
import { cluster, faultOf, service } from './cluster.ts'
import type { AnyObject } from '../../../localstack/kubernetes/object.ts'
import type { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { deployment } from './workload-world.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'

const config = (spec: string, meta = ''): ServiceObject =>
  parse(`{apiVersion: v1, kind: Service, metadata: {name: web${meta}}, spec: ${spec}}`) as ServiceObject

const apply = (state: ClusterState, manager: string, object: ServiceObject, force = false) =>
  state.apply('services', object, { writer: { manager }, force }).object

interface Entry {
  readonly manager: string
  readonly operation: string
  readonly subresource?: string
  readonly fieldsV1: object
  readonly time: string
}

const entriesOf = (object: unknown) =>
  (object as { metadata: { managedFields?: readonly Entry[] } }).metadata.managedFields ?? []

/** Each manager with what it owns, shortened to the paths. */
function ownersOf(object: unknown): Record<string, string> {
  const texts = (fields: object): string[] =>
    Object.entries(fields).flatMap(([element, below]) => {
      if (element === '.') return ['']
      const inner = Object.keys(below as object).length === 0 ? [''] : texts(below as object)
      return inner.map((path) => `${element.replace(/^[fkv]:/, '.')}${path}`)
    })
  return Object.fromEntries(
    entriesOf(object).map(({ manager, operation, subresource = '', fieldsV1 }) => [
      `${manager} ${operation}${subresource && ` ${subresource}`}`,
      texts(fieldsV1).join(' '),
    ]),
  )
}

const portsOf = (object: ServiceObject) =>
  object.spec?.ports?.map(({ port, protocol }) => `${port}/${protocol}`)

test('what a manager leaves out of its next configuration is removed, what others made is kept', () => {
  const state = cluster()
  state.create('services', service({ ports: [{ name: 'old', port: 80 }] }))
  const one = apply(
    state,
    'a',
    config('{ports: [{name: tcp, port: 53}, {name: udp, port: 53, protocol: UDP}]}'),
  )
  assert.deepEqual(portsOf(one), ['80/TCP', '53/TCP', '53/UDP'])
  const two = apply(state, 'a', config('{ports: [{name: udp, port: 53, protocol: UDP}]}'))
  assert.deepEqual(portsOf(two), ['80/TCP', '53/UDP'])
})

test('applied twice is no change', () => {
  const state = cluster()
  const first = apply(state, 'a', config('{ports: [{port: 80}], sessionAffinity: ClientIP}'))
  assert.equal(apply(state, 'a', config('{ports: [{port: 80}], sessionAffinity: ClientIP}')), first)
  const dry = state.apply('services', config('{ports: [{port: 81}]}'), {
    writer: { manager: 'a' },
    dryRun: true,
  })
  assert.deepEqual(portsOf(dry.object), ['81/TCP'])
  assert.equal(state.get('services', 'web'), first)
})

const conflicts: readonly {
  readonly name: string
  readonly theirs: (state: ClusterState) => unknown
  readonly ours: ServiceObject
  readonly says?: string
}[] = [
  {
    name: 'a value that somebody applied',
    theirs: (state) => apply(state, 'a', config('{ports: [{port: 80}], sessionAffinity: ClientIP}')),
    ours: config('{sessionAffinity: None}'),
    says: 'Apply failed with 1 conflict: conflict with "a": .spec.sessionAffinity',
  },
  {
    name: 'a field of an item of a list',
    theirs: (state) => apply(state, 'a', config('{ports: [{name: x, port: 80}]}')),
    ours: config('{ports: [{name: y, port: 80}]}'),
    says: 'Apply failed with 1 conflict: conflict with "a": .spec.ports[port=80,protocol="TCP"].name',
  },
  {
    name: 'not: another item of the same list',
    theirs: (state) => apply(state, 'a', config('{ports: [{name: x, port: 80}]}')),
    ours: config('{ports: [{name: y, port: 81}]}'),
  },
  {
    name: 'not: the same value',
    theirs: (state) => apply(state, 'a', config('{ports: [{name: x, port: 80}]}')),
    ours: config('{ports: [{name: x, port: 80}]}'),
  },
  {
    name: 'a list that is one value',
    theirs: (state) => apply(state, 'a', config('{ports: [{port: 80}], externalIPs: [192.0.2.1]}')),
    ours: config('{externalIPs: [192.0.2.1, 192.0.2.2]}'),
    says: 'Apply failed with 1 conflict: conflict with "a": .spec.externalIPs',
  },
  {
    name: 'a map that is one value',
    theirs: (state) => apply(state, 'a', config('{ports: [{port: 80}], selector: {app: a}}')),
    ours: config('{selector: {tier: b}}'),
    says: 'Apply failed with 1 conflict: conflict with "a": .spec.selector',
  },
  {
    name: 'not: other values of a set',
    theirs: (state) => apply(state, 'a', config('{ports: [{port: 80}]}', ', finalizers: [a.io/x]')),
    ours: config('{ports: [{port: 80}]}', ', finalizers: [b.io/y]'),
  },
  {
    name: 'not: other labels',
    theirs: (state) => apply(state, 'a', config('{ports: [{port: 80}]}', ', labels: {a: "1"}')),
    ours: config('{ports: [{port: 80}]}', ', labels: {b: "1"}'),
  },
  {
    name: 'what was created and patched, by two programs',
    theirs(state) {
      state.create('services', service({ type: 'NodePort' }), { writer: { manager: 'kubectl-create' } })
      const patch = { spec: { sessionAffinity: 'ClientIP' }, metadata: { labels: { app: 'x' } } }
      state.patch('services', 'web', patch, { writer: { manager: 'kubectl-patch' } })
    },
    ours: config('{type: ClusterIP, sessionAffinity: None}', ', labels: {app: y}'),
    says: [
      'Apply failed with 3 conflicts: conflicts with "kubectl-create" using v1:',
      '- .spec.type',
      'conflicts with "kubectl-patch" using v1:',
      '- .metadata.labels.app',
      '- .spec.sessionAffinity',
    ].join('\n'),
  },
  {
    name: 'what was there before anybody applied',
    theirs: (state) => state.create('services', service({ type: 'NodePort' })),
    ours: config('{type: ClusterIP}'),
    says: 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .spec.type',
  },
]

for (const { name, theirs, ours, says } of conflicts)
  test(`two managers disagree about ${name}`, () => {
    const state = cluster()
    theirs(state)
    const run = () => apply(state, 'b', ours)
    if (says === undefined) run()
    else {
      const fault = faultOf(run)
      assert.deepEqual([fault.code, fault.reason, fault.message], [409, 'Conflict', says])
      assert.equal(fault.details?.causes?.[0]?.reason, 'FieldManagerConflict')
    }
    const forced = apply(state, 'b', ours, true)
    assert.ok(`b Apply` in ownersOf(forced))
    assert.equal(apply(state, 'b', ours), forced)
  })

test('who insists takes the field, and the other can drop it without an effect', () => {
  const state = cluster()
  apply(state, 'a', config('{ports: [{port: 80}], sessionAffinity: ClientIP}'))
  apply(state, 'b', config('{sessionAffinity: None}'), true)
  const after = apply(state, 'a', config('{ports: [{port: 80}]}'))
  assert.equal(after.spec?.sessionAffinity, 'None')
  assert.deepEqual(ownersOf(after), {
    'a Apply': '.spec.ports.{"port":80,"protocol":"TCP"} .spec.ports.{"port":80,"protocol":"TCP"}.port',
    'b Apply': '.spec.sessionAffinity',
  })
})

test('a field of two managers goes with the last of them', () => {
  const state = cluster()
  const both = config('{ports: [{port: 80}], externalIPs: [192.0.2.1]}', ', labels: {app: x}')
  apply(state, 'a', both)
  apply(state, 'b', both)
  const less = config('{ports: [{port: 80}]}')
  const one = apply(state, 'a', less)
  assert.deepEqual([one.metadata.labels, one.spec?.externalIPs], [{ app: 'x' }, ['192.0.2.1']])
  const none = apply(state, 'b', less)
  assert.deepEqual([none.metadata.labels, none.spec?.externalIPs], [undefined, undefined])
})

test('an item that its last owner gives up goes with its defaults, one that another shares only loses fields', () => {
  const state = cluster()
  apply(state, 'a', config('{ports: [{name: x, port: 80, appProtocol: http}, {name: y, port: 81}]}'))
  apply(state, 'b', config('{ports: [{name: x, port: 80}]}'))
  const after = apply(state, 'a', config('{sessionAffinity: None}'))
  assert.deepEqual(after.spec?.ports, [{ name: 'x', port: 80, protocol: 'TCP', targetPort: 80 }])
})

test('containers, their ports and environment are owned one by one', () => {
  const state = cluster()
  const applied = (manager: string, spec: object) => {
    const container = { name: 'nginx', ...spec }
    const object = deployment({}, 'nginx:1') as unknown as { spec: { template: { spec: object } } }
    object.spec.template.spec = { containers: [container] }
    const only =
      manager === 'a' ? object : { metadata: { name: 'web' }, spec: { template: object.spec.template } }
    return state.apply('deployments', only as unknown as AnyObject, { writer: { manager } }).object
  }
  applied('a', { image: 'nginx:1', env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] })
  applied('b', { env: [{ name: 'B', value: '2' }], ports: [{ containerPort: 80, protocol: 'UDP' }] })
  const after = applied('a', { image: 'nginx:2' })
  const [container] = (after.spec?.template?.spec?.containers ?? []) as readonly {
    image?: string
    env?: unknown
    ports?: unknown
  }[]
  assert.deepEqual(
    [container?.image, container?.env, container?.ports],
    ['nginx:2', [{ name: 'B', value: '2' }], [{ containerPort: 80, protocol: 'UDP' }]],
  )
})

test('updates own what they change, with the containers that they are the first to fill', () => {
  const state = cluster()
  const created = state.create('services', service({}, 'web'), { writer: { manager: 'kubectl-create' } })
  const port = '.{"port":80,"protocol":"TCP"}'
  assert.deepEqual(ownersOf(created), {
    'kubectl-create Update': [
      '.spec.internalTrafficPolicy',
      '.spec.ports',
      ...['', '.port', '.protocol', '.targetPort'].map((field) => `.spec.ports${port}${field}`),
      '.spec.sessionAffinity .spec.type',
    ].join(' '),
  })
  const writer = { manager: 'lb', subresource: 'status' }
  const status = { status: { loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } } }
  state.patch('services', 'web', status, { writer, subresource: 'status' })
  const labels = { metadata: { labels: { app: 'x' }, finalizers: ['lb.io/x'] } }
  const labelled = state.patch('services', 'web', labels, { writer: { manager: 'lb' } })
  const owners = ownersOf(labelled)
  assert.equal(
    owners['lb Update'],
    '.metadata.finalizers .metadata.finalizers."lb.io/x" .metadata.labels .metadata.labels.app',
  )
  assert.equal(owners['lb Update status'], '.status.loadBalancer.ingress')
  const without = state.patch('services', 'web', { metadata: { labels: null } }, { writer: { manager: 'x' } })
  assert.equal(ownersOf(without)['lb Update'], '.metadata.finalizers .metadata.finalizers."lb.io/x"')
})

test('the eleventh program that updates makes one entry of the two oldest', () => {
  const state = cluster()
  state.create('services', service(), { writer: { manager: 'first' } })
  for (let count = 0; count < 10; count++)
    state.patch(
      'services',
      'web',
      { metadata: { labels: { [`l${count}`]: 'x' } } },
      { writer: { manager: `m${count}` } },
    )
  const managers = entriesOf(state.get('services', 'web')).map(({ manager }) => manager)
  assert.equal(managers.length, 10)
  assert.ok(managers.includes('ancient-changes'))
  assert.ok(!managers.includes('first'))
})

test('what is made from inside has no owners until somebody applies it', () => {
  const state = cluster()
  const made = state.create('services', service())
  assert.deepEqual(entriesOf(made), [])
  assert.deepEqual(entriesOf(state.patch('services', 'web', { metadata: { labels: { a: '1' } } })), [])
  apply(state, 'a', config('{ports: [{port: 80}]}'))
  const after = state.patch('services', 'web', { metadata: { labels: { a: '2' } } })
  assert.equal(ownersOf(after)['kube-controller-manager Update'], '.metadata.labels.a')
  const status = { status: { loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } } }
  const shown = state.patch('services', 'web', status, { subresource: 'status' })
  assert.equal(ownersOf(shown)['kube-controller-manager Update status'], '.status.loadBalancer.ingress')
})

test('what kubectl has applied from its own side is its own to take over, unless it was changed since', () => {
  const state = cluster()
  const said = config('{ports: [{port: 80}], sessionAffinity: ClientIP}', ', labels: {app: x}')
  const key = 'kubectl.kubernetes.io/last-applied-configuration'
  const annotations = { [key]: JSON.stringify(said) }
  const writer = { manager: 'kubectl-client-side-apply' }
  state.create('services', { ...said, metadata: { ...said.metadata, annotations } }, { writer })
  const next = config('{ports: [{port: 80}], sessionAffinity: None}', ', labels: {app: y}')
  state.patch('services', 'web', { metadata: { labels: { app: 'z' } } }, { writer: { manager: 'other' } })
  assert.equal(
    faultOf(() => apply(state, 'kubectl', next)).message,
    'Apply failed with 1 conflict: conflict with "other" using v1: .metadata.labels.app',
  )
  const after = apply(state, 'kubectl', config('{ports: [{port: 80}], sessionAffinity: None}'))
  assert.equal(after.spec?.sessionAffinity, 'None')
  assert.match(after.metadata.annotations?.[key] ?? '', /"sessionAffinity":"None"/)
})

test('a client hands fields over by writing managedFields, and one empty entry forgets all owners', () => {
  const state = cluster()
  const before = apply(state, 'a', config('{ports: [{port: 80}]}'))
  const [entry] = entriesOf(before)
  const given = [{ ...entry, manager: 'b' }]
  const moved = state.patch(
    'services',
    'web',
    { metadata: { managedFields: given } },
    { writer: { manager: 'c' } },
  )
  assert.deepEqual(Object.keys(ownersOf(moved)), ['b Apply'])
  const reset = state.patch(
    'services',
    'web',
    { metadata: { managedFields: [{}] } },
    { writer: { manager: 'c' } },
  )
  assert.deepEqual(entriesOf(reset), [])
})

test('objects of one form share what is written about them', () => {
  const state = cluster()
  const [one, two] = ['one', 'two'].map((name) => {
    const object = { ...config('{ports: [{port: 80}]}'), metadata: { name } }
    return entriesOf(apply(state, 'a', object))[0]?.fieldsV1
  })
  assert.equal(one, two)
})

const headers = { 'content-type': 'application/apply-patch+yaml' }
const path = '/api/v1/namespaces/default/services/web'

const requests: readonly {
  readonly name: string
  readonly query: string
  readonly body?: string
  readonly type?: string
  readonly code: number
  readonly says?: string
}[] = [
  { name: 'creates', query: '?fieldManager=me', code: 201 },
  {
    name: 'without a name',
    query: '',
    code: 422,
    says: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  },
  {
    name: 'with a name that is too long',
    query: `?fieldManager=${'x'.repeat(129)}`,
    code: 422,
    says: `PatchOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "${'x'.repeat(129)}": may not be more than 128 bytes`,
  },
  {
    name: 'with force, but as another patch',
    query: '?force=true',
    type: 'application/merge-patch+json',
    code: 422,
    says: 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
  },
  {
    name: 'with fields that there are not',
    query: '?fieldManager=me',
    body: '{metadata: {name: web}, spec: {prots: [], ports: [{port: 80, nam: x}]}}',
    code: 500,
    says: [
      'failed to create typed patch object (default/web; /v1, Kind=Service): errors:',
      '  .spec.prots: field not declared in schema',
      '  .spec.ports[0].nam: field not declared in schema',
    ].join('\n'),
  },
  {
    name: 'with owners in it',
    query: '?fieldManager=me',
    body: '{metadata: {name: web, managedFields: []}}',
    code: 400,
    says: 'metadata.managedFields must be nil',
  },
]

for (const row of requests)
  test(`a request to apply ${row.name}`, () =>
    serving(async (server) => {
      const { code, body }: Reply = await call(server, path + row.query, {
        method: 'PATCH',
        headers: row.type === undefined ? headers : { 'content-type': row.type },
        body: row.body ?? JSON.stringify(config('{ports: [{port: 80}]}')),
      })
      assert.equal(code, row.code)
      if (row.says !== undefined) assert.equal(body.message, row.says)
    }))

test('a program that does not say its name is known by that of its agent', () =>
  serving(async (server) => {
    const writes = [
      ['POST', '', 'kubectl/v1.35.0 (linux/amd64)'],
      ['POST', '?fieldManager=me', 'kubectl/v1.35.0'],
      ['POST', '', ''],
    ] as const
    const managers: unknown[] = []
    for (const [at, [method, query, agent]] of writes.entries()) {
      const { body } = await call(server, `/api/v1/namespaces/default/services${query}`, {
        method,
        headers: { 'content-type': 'application/json', 'user-agent': agent },
        body: service({}, `web-${at}`),
      })
      managers.push(body.metadata.managedFields[0].manager)
    }
    assert.deepEqual(managers, ['kubectl', 'me', 'unknown'])
  }))
