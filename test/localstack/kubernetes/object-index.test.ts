import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as check, constantFrom, dictionary, property, record } from 'fast-check'
import { NodeLoads } from '../../../localstack/kubernetes/controllers/node-loads.ts'
import { ObjectIndex } from '../../../localstack/kubernetes/controllers/object-index.ts'
import { ServicePods } from '../../../localstack/kubernetes/controllers/service-pods.ts'
import type { PodObject } from '../../../localstack/kubernetes/workload-objects.ts'
import { addPod } from '../../../localstack/kubernetes/workloads.ts'
import { cluster, service } from './cluster.ts'

const labelsOf = dictionary(constantFrom('app', 'tier'), constantFrom('a', 'b'), { maxKeys: 2 })
const step = record({
  name: constantFrom('one', 'two', 'three'),
  what: constantFrom('add', 'label', 'delete'),
  labels: labelsOf,
  node: constantFrom('n1', 'n2'),
})

test('an index tells the same as a list would, whatever happened before', () => {
  check(
    property(array(step, { maxLength: 20 }), labelsOf, (steps, selector) => {
      const state = cluster()
      const { signal } = new AbortController()
      const index = new ObjectIndex(state, 'pods', ({ metadata }) =>
        Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`),
      )
      const pods = new ServicePods(state)
      const loads = new NodeLoads()
      index.start(signal)
      pods.start(signal, () => undefined)
      state.watch('pods', {}, ({ type, object }) => loads.see(object as PodObject, type === 'DELETED'))
      const web = state.create('services', service({ selector }))
      for (const { name, what, labels, node } of steps) {
        const there = state.find('pods', name) !== undefined
        if (what === 'add' && !there) addPod(state, { name, labels, node, ips: ['10.0.0.1'] })
        if (what === 'label' && there) state.edit('pods', name, (draft) => (draft.metadata.labels = labels))
        if (what === 'delete' && there) {
          state.edit('pods', name, (draft) => (draft.metadata.finalizers = []))
          state.delete('pods', name)
        }
      }
      const all = state.list('pods').items as readonly PodObject[]
      for (const term of ['app=a', 'app=b', 'tier=a', 'tier=b'])
        assert.deepEqual(index.of(term), state.list('pods', { labelSelector: term }).items)
      const selected = Object.entries(selector).map(([key, value]) => `${key}=${value}`)
      const expected =
        selected.length === 0 ? [] : state.list('pods', { labelSelector: selected.join(',') }).items
      for (const pod of expected) assert.ok(pods.near(web).some((one) => one === pod))
      for (const node of ['n1', 'n2'])
        assert.equal(
          loads.of({ metadata: { name: 'x' } })(node).all,
          all.filter(({ spec }) => spec?.nodeName === node).length,
        )
    }),
    { numRuns: 60 },
  )
})
