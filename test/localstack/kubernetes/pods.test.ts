import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldAt, type AnyObject } from '../../../localstack/kubernetes/object.ts'
import { addPod } from '../../../localstack/kubernetes/workloads.ts'
import { call, serving } from './client.ts'
import { cluster, faultOf } from './cluster.ts'

const fixed =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

const container = { name: 'app', image: 'nginx:1', ports: [{ containerPort: 80 }] }
const toleration = { key: 'a', operator: 'Exists' }
const pod = (spec: object = {}) =>
  ({ metadata: { name: 'web' }, spec: { containers: [container], ...spec } }) as unknown as AnyObject

const updates: readonly {
  readonly name: string
  readonly from?: object
  readonly to: object
  readonly ok: boolean
}[] = [
  { name: 'another image', to: { containers: [{ ...container, image: 'nginx:2' }] }, ok: true },
  { name: 'a deadline', to: { activeDeadlineSeconds: 9 }, ok: true },
  {
    name: 'one more toleration',
    from: { tolerations: [toleration] },
    to: { tolerations: [{ key: 'b' }, toleration] },
    ok: true,
  },
  { name: 'one toleration less', from: { tolerations: [toleration] }, to: { tolerations: [] }, ok: false },
  { name: 'a node for one that has none', to: { nodeName: 'node-1' }, ok: true },
  { name: 'another node', from: { nodeName: 'node-1' }, to: { nodeName: 'node-2' }, ok: false },
  { name: 'no node any more', from: { nodeName: 'node-1' }, to: { nodeName: null }, ok: false },
  { name: 'another port', to: { containers: [{ ...container, ports: [{ containerPort: 81 }] }] }, ok: false },
  { name: 'another environment', to: { containers: [{ ...container, env: [{ name: 'A' }] }] }, ok: false },
  { name: 'one more container', to: { containers: [container, { ...container, name: 'b' }] }, ok: false },
  { name: 'another grace', to: { terminationGracePeriodSeconds: 5 }, ok: false },
  { name: 'a host name', to: { hostname: 'web' }, ok: false },
]

for (const { name, from, to, ok } of updates)
  test(`an update of a pod: ${name}`, () => {
    const state = cluster()
    state.create('pods', pod(from))
    const run = () => state.patch('pods', 'web', { spec: to })
    if (ok) run()
    else assert.equal(faultOf(run).message, `Pod "web" is invalid: spec: Forbidden: ${fixed}`)
  })

const data = { name: 'data', emptyDir: {} }
const mounted = (...volumeMounts: readonly object[]) => ({
  volumes: [data],
  containers: [{ ...container, volumeMounts }],
})

const refused: readonly { readonly name: string; readonly spec: object; readonly says: string }[] = [
  { name: 'no container', spec: { containers: [] }, says: 'spec.containers: Required value' },
  {
    name: 'no image',
    spec: { containers: [{ name: 'a' }] },
    says: 'spec.containers[0].image: Required value',
  },
  {
    name: 'the same name twice',
    spec: { containers: [container, container] },
    says: 'spec.containers[1].name: Duplicate value: "app"',
  },
  {
    name: 'a policy that there is not',
    spec: { restartPolicy: 'Maybe' },
    says: 'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
  },
  {
    name: 'a port beyond the last',
    spec: { containers: [{ ...container, ports: [{ containerPort: 65_536 }] }] },
    says: 'spec.containers[0].ports[0].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive',
  },
  {
    name: 'a volume without a name',
    spec: { volumes: [{ emptyDir: {} }] },
    says: 'spec.volumes[0].name: Required value',
  },
  {
    name: 'two volumes of one name',
    spec: { volumes: [data, data] },
    says: 'spec.volumes[1].name: Duplicate value: "data"',
  },
  {
    name: 'a mount of no volume',
    spec: { containers: [{ ...container, volumeMounts: [{ name: 'no', mountPath: '/a' }] }] },
    says: 'spec.containers[0].volumeMounts[0].name: Not found: "no"',
  },
  {
    name: 'a mount nowhere',
    spec: mounted({ name: 'data' }),
    says: 'spec.containers[0].volumeMounts[0].mountPath: Required value',
  },
  {
    name: 'two mounts at one path',
    spec: mounted({ name: 'data', mountPath: '/a' }, { name: 'data', mountPath: '/a' }),
    says: 'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
  },
  {
    name: 'a part of a volume from its root',
    spec: mounted({ name: 'data', mountPath: '/a', subPath: '/etc' }),
    says: 'spec.containers[0].volumeMounts[0].subPath: Invalid value: "/etc": must be a relative path',
  },
  {
    name: 'a part of a volume outside of it',
    spec: mounted({ name: 'data', mountPath: '/a', subPath: 'x/../..' }),
    says: `spec.containers[0].volumeMounts[0].subPath: Invalid value: "x/../..": must not contain '..'`,
  },
  {
    name: 'a variable without a name',
    spec: { initContainers: [{ ...container, name: 'init', env: [{ value: '1' }] }] },
    says: 'spec.initContainers[0].env[0].name: Required value',
  },
  {
    name: 'a variable that sets another one',
    spec: { containers: [{ ...container, env: [{ name: 'A=B' }] }] },
    says: `spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than '='`,
  },
]

for (const { name, spec, says } of refused)
  test(`a pod is refused: ${name}`, () =>
    assert.equal(faultOf(() => cluster().create('pods', pod(spec))).message, `Pod "web" is invalid: ${says}`))

test('a pod is refused: a volume whose name is a path', () => {
  const wish = pod({ volumes: [{ name: '../x', emptyDir: {} }] })
  assert.match(
    faultOf(() => cluster().create('pods', wish)).message,
    /spec\.volumes\[0\]\.name: Invalid value: "\.\.\/x": a lowercase RFC 1123/,
  )
})

test('a pod has what is in order', () => {
  const volumeMounts = [
    { name: 'data', mountPath: '/a' },
    { name: 'data', mountPath: '/b', subPath: 'x/y..z' },
  ]
  const env = [{ name: 'A b~!' }]
  cluster().create('pods', pod({ volumes: [data], containers: [{ ...container, volumeMounts, env }] }))
})

const ends: readonly {
  readonly name: string
  readonly node?: string
  readonly phase?: string
  readonly asked?: number
  readonly left: number | 'gone'
}[] = [
  { name: 'as its spec says', node: 'node-1', left: 30 },
  { name: 'as asked', node: 'node-1', asked: 5, left: 5 },
  { name: 'at once when forced', node: 'node-1', asked: 0, left: 'gone' },
  { name: 'at once where nothing runs yet', left: 'gone' },
  { name: 'at once when it is over', node: 'node-1', phase: 'Succeeded', left: 'gone' },
  { name: 'a negative grace is the shortest', node: 'node-1', asked: -1, left: 1 },
]

for (const { name, node, phase, asked, left } of ends)
  test(`a pod that is run is deleted: ${name}`, () => {
    const state = cluster()
    addPod(state, { name: 'web', labels: {}, ips: ['10.0.0.1'], ...(node === undefined ? {} : { node }) })
    if (phase !== undefined) state.patch('pods', 'web', { status: { phase } }, { subresource: 'status' })
    state.delete('pods', 'web', { gracePeriodSeconds: asked })
    const found = state.find('pods', 'web')
    assert.equal(found === undefined ? 'gone' : fieldAt(found, 'metadata.deletionGracePeriodSeconds'), left)
    if (found === undefined) return
    assert.equal(Date.parse(found.metadata.deletionTimestamp ?? ''), state.clock.now() + Number(left) * 1000)
  })

test('a second deletion shortens the grace, and never lengthens it', () => {
  const state = cluster()
  addPod(state, { name: 'web', labels: {}, ips: ['10.0.0.1'], node: 'node-1' })
  const grace = (asked: number) => {
    state.delete('pods', 'web', { gracePeriodSeconds: asked })
    return fieldAt(state.find('pods', 'web'), 'metadata.deletionGracePeriodSeconds')
  }
  assert.deepEqual([grace(20), grace(40), grace(3), grace(0)], [20, 20, 3, undefined])
})

test('a foreign finalizer holds a pod even when it is forced', () => {
  const state = cluster()
  addPod(state, { name: 'web', labels: {}, ips: ['10.0.0.1'], node: 'node-1' })
  state.edit('pods', 'web', (draft) => void draft.metadata.finalizers?.push('a.io/x'))
  state.delete('pods', 'web', { gracePeriodSeconds: 0 })
  assert.deepEqual(state.get('pods', 'web').metadata.finalizers, ['a.io/x'])
})

test('the grace comes in the body of a request, in its query, or in an eviction', () =>
  serving(async (server) => {
    const path = '/api/v1/namespaces/default/pods/web'
    const asks = [
      { path, method: 'DELETE', body: '{"gracePeriodSeconds":7}' },
      { path: `${path}?gracePeriodSeconds=7`, method: 'DELETE' },
      { path: `${path}/eviction`, method: 'POST', body: '{"deleteOptions":{"gracePeriodSeconds":7}}' },
    ]
    for (const ask of asks) {
      addPod(server.state, { name: 'web', labels: {}, ips: ['10.0.0.1'], node: 'node-1' })
      // Node sends no body with DELETE unless its length is given.
      const headers = { 'content-type': 'application/json', 'content-length': String(ask.body?.length ?? 0) }
      await call(server, ask.path, { ...ask, headers })
      assert.equal(fieldAt(server.state.get('pods', 'web'), 'metadata.deletionGracePeriodSeconds'), 7)
      server.state.delete('pods', 'web', { gracePeriodSeconds: 0 })
    }
  }))
