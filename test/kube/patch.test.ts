import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isGuarded } from '../../src/kube/retry.ts'
import { servicePatch, type ServiceChange } from '../../src/kube/patch.ts'
import type { Condition, ServiceObject } from '../../src/model/objects.ts'
import type { JsonObject } from '../../src/lib/json.ts'
import { mergePatch } from './memory.ts'

const now = Date.UTC(2026, 2, 1, 12, 0, 0, 789)
const then = '2026-01-01T00:00:00Z'
const ready = (status: 'True' | 'False', more: Partial<Condition> = {}): Condition => ({
  type: 'Ready',
  status,
  reason: 'Because',
  message: 'so',
  ...more,
})
const foreign: Condition = {
  type: 'Foreign',
  status: 'True',
  reason: 'X',
  message: '',
  lastTransitionTime: then,
}

const service: ServiceObject = {
  metadata: {
    namespace: 'shop',
    name: 'web',
    uid: 'u1',
    resourceVersion: '7',
    annotations: { kept: 'a', old: 'b' },
    finalizers: ['other/one', 'ours/lb'],
  },
  status: {
    loadBalancer: { ingress: [{ ip: '192.0.2.1' }] },
    conditions: [foreign, ready('True', { lastTransitionTime: then })],
  },
}
const bare: ServiceObject = { metadata: { namespace: 'shop', name: 'bare' } }

interface Row {
  name: string
  of?: ServiceObject
  change: ServiceChange
  body: JsonObject | undefined
}

const rows: readonly Row[] = [
  { name: 'nothing asked: no patch', change: {}, body: undefined },
  {
    name: 'everything is so already: no patch',
    change: {
      annotations: { kept: 'a', gone: null },
      addFinalizers: ['ours/lb'],
      removeFinalizers: ['nobody/knows'],
      loadBalancer: { ingress: [{ ip: '192.0.2.1' }] },
      conditions: [ready('True')],
      dropConditions: ['Never'],
    },
    body: undefined,
  },
  {
    name: 'annotations: only what differs, null removes, any version of the same uid',
    change: { annotations: { kept: 'a', old: null, fresh: 'c' } },
    body: { metadata: { uid: 'u1', annotations: { old: null, fresh: 'c' } } },
  },
  {
    name: 'a version guard on demand',
    change: { annotations: { fresh: 'c' }, guardVersion: true },
    body: { metadata: { uid: 'u1', resourceVersion: '7', annotations: { fresh: 'c' } } },
  },
  {
    name: 'a finalizer goes, the other stays, the version is guarded',
    change: { removeFinalizers: ['ours/lb'] },
    body: { metadata: { uid: 'u1', resourceVersion: '7', finalizers: ['other/one'] } },
  },
  {
    name: 'a finalizer comes last',
    change: { addFinalizers: ['ours/second'] },
    body: {
      metadata: { uid: 'u1', resourceVersion: '7', finalizers: ['other/one', 'ours/lb', 'ours/second'] },
    },
  },
  {
    name: 'a first finalizer on an object that knows nothing yet',
    of: bare,
    change: { addFinalizers: ['ours/lb'] },
    body: { metadata: { finalizers: ['ours/lb'] } },
  },
  {
    name: 'ingress is replaced',
    change: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } },
    body: { metadata: { uid: 'u1' }, status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } } },
  },
  {
    name: 'ingress is emptied',
    change: { loadBalancer: {} },
    body: { metadata: { uid: 'u1' }, status: { loadBalancer: { ingress: null } } },
  },
  {
    name: 'ingress of nothing stays nothing',
    of: bare,
    change: { loadBalancer: { ingress: [] } },
    body: undefined,
  },
  {
    name: 'condition: same status, other message: the transition time stays, the foreign one too',
    change: { conditions: [ready('True', { message: 'better', observedGeneration: 3 })] },
    body: {
      metadata: { uid: 'u1', resourceVersion: '7' },
      status: {
        conditions: [
          { ...foreign },
          { ...ready('True', { message: 'better', observedGeneration: 3 }), lastTransitionTime: then },
        ],
      },
    },
  },
  {
    name: 'condition: other status: the transition time is now, to the second',
    of: { ...service, status: { conditions: [ready('True', { lastTransitionTime: then })] } },
    change: { conditions: [ready('False')] },
    body: {
      metadata: { uid: 'u1', resourceVersion: '7' },
      status: { conditions: [{ ...ready('False'), lastTransitionTime: '2026-03-01T12:00:00Z' }] },
    },
  },
  {
    name: 'condition: one is dropped, a new one is added',
    change: { dropConditions: ['Ready'], conditions: [{ ...ready('Unknown' as 'True'), type: 'New' }] },
    body: {
      metadata: { uid: 'u1', resourceVersion: '7' },
      status: {
        conditions: [
          { ...foreign },
          { ...ready('Unknown' as 'True'), type: 'New', lastTransitionTime: '2026-03-01T12:00:00Z' },
        ],
      },
    },
  },
  {
    name: 'all at once is one patch',
    change: {
      annotations: { fresh: 'c' },
      removeFinalizers: ['ours/lb'],
      loadBalancer: {},
      dropConditions: ['Ready'],
    },
    body: {
      metadata: { uid: 'u1', resourceVersion: '7', annotations: { fresh: 'c' }, finalizers: ['other/one'] },
      status: { loadBalancer: { ingress: null }, conditions: [{ ...foreign }] },
    },
  },
]

for (const row of rows)
  test(`patch: ${row.name}`, () => {
    const of = row.of ?? service
    const patch = servicePatch(of, row.change, now)
    assert.deepEqual(patch?.body, row.body)
    if (patch === undefined) return
    assert.equal(patch.subresource, 'status')
    // Law: what the patch makes of the Service needs no patch any more.
    const after = mergePatch(of as unknown as JsonObject, patch.body) as unknown as ServiceObject
    assert.equal(servicePatch(after, row.change, now + 60_000), undefined)
  })

test('patch: only what names the object or its version is sent again', () => {
  assert.equal(isGuarded(servicePatch(service, { annotations: { a: 'b' } }, now)!), true)
  assert.equal(isGuarded(servicePatch(bare, { annotations: { a: 'b' } }, now)!), false)
  assert.equal(isGuarded({ type: 'json', body: [{ op: 'add', path: '/a', value: 1 }] }), false)
  assert.equal(isGuarded({ type: 'apply', body: {}, fieldManager: 'us' }), true)
})

test('patch: a message beyond what the API takes is cut', () => {
  const patch = servicePatch(bare, { conditions: [ready('True', { message: 'x'.repeat(40_000) })] }, now)
  const { status } = patch!.body as unknown as { status: { conditions: Condition[] } }
  assert.equal(status.conditions[0]?.message.length, 32_768)
})
