import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Store, type Change } from '../../src/kube/store.ts'
import type { ServiceObject } from '../../src/model/objects.ts'

const service = (
  name: string,
  version: number,
  more: { uid?: string; class?: string } = {},
): ServiceObject => ({
  metadata: { namespace: 'shop', name, uid: more.uid ?? `uid-${name}`, resourceVersion: String(version) },
  spec: { loadBalancerClass: more.class ?? 'cloud' },
})
const byClass = { class: (s: ServiceObject) => [s.spec?.loadBalancerClass ?? ''] }
const words = ({ key, before, now }: Change<ServiceObject>) =>
  `${key} ${before?.metadata.uid ?? '-'}@${before?.metadata.resourceVersion ?? '-'} -> ${now?.metadata.uid ?? '-'}@${now?.metadata.resourceVersion ?? '-'}`

interface Row {
  name: string
  run: (store: Store<ServiceObject>) => void
  told: readonly string[]
}

const rows: readonly Row[] = [
  {
    name: 'an addition and a change',
    run: (s) => [service('a', 1), service('a', 2, { class: 'other' })].forEach((o) => s.put(o)),
    told: ['shop/a -@- -> uid-a@1', 'shop/a uid-a@1 -> uid-a@2'],
  },
  {
    name: 'a new version with the same content is kept but not told',
    run: (s) => [service('a', 1), service('a', 2)].forEach((o) => s.put(o)),
    told: ['shop/a -@- -> uid-a@1'],
  },
  {
    name: 'an older version is passed over',
    run: (s) => [service('a', 10), service('a', 9, { class: 'old' })].forEach((o) => s.put(o)),
    told: ['shop/a -@- -> uid-a@10'],
  },
  {
    name: 'same name, other uid: the old one goes, then the new one comes, even with a lower version',
    run: (s) => [service('a', 5), service('a', 2, { uid: 'second' })].forEach((o) => s.put(o)),
    told: ['shop/a -@- -> uid-a@5', 'shop/a uid-a@5 -> -@-', 'shop/a -@- -> second@2'],
  },
  {
    name: 'a list removes what it lacks and may go back in versions',
    run(s) {
      s.replaceAll([service('a', 5), service('b', 6)])
      s.replaceAll([service('b', 3, { class: 'restored' }), service('c', 4)])
    },
    told: [
      'shop/a -@- -> uid-a@5',
      'shop/b -@- -> uid-b@6',
      'shop/a uid-a@5 -> -@-',
      'shop/b uid-b@6 -> uid-b@3',
      'shop/c -@- -> uid-c@4',
    ],
  },
  {
    name: 'our own write is learned, but never brings back what went or was replaced',
    run(s) {
      s.put(service('a', 1))
      s.learn(service('a', 2, { class: 'mine' }))
      s.remove('shop/a')
      s.learn(service('a', 3))
      s.put(service('a', 4, { uid: 'second' }))
      s.learn(service('a', 9))
    },
    told: [
      'shop/a -@- -> uid-a@1',
      'shop/a uid-a@1 -> uid-a@2',
      'shop/a uid-a@2 -> -@-',
      'shop/a -@- -> second@4',
    ],
  },
]

for (const row of rows)
  test(`store: ${row.name}`, () => {
    const store = new Store<ServiceObject>({ indexes: byClass })
    const told: string[] = []
    store.subscribe((change) => told.push(words(change)))
    row.run(store)
    assert.deepEqual(told, row.told)
  })

test('store: indexes follow changes and removals', () => {
  const store = new Store<ServiceObject>({ indexes: byClass })
  const names = (value: string) => store.by('class', value).map((s) => s.metadata.name)
  store.replaceAll([service('a', 1), service('b', 1), service('c', 1, { class: 'other' })])
  assert.deepEqual([names('cloud'), names('other')], [['a', 'b'], ['c']])
  store.put(service('a', 2, { class: 'other' }))
  store.remove('shop/c')
  assert.deepEqual([names('cloud'), names('other')], [['b'], ['a']])
  assert.equal(store.byUid('uid-a')?.metadata.resourceVersion, '2')
  assert.equal(store.byUid('uid-c'), undefined)
  assert.throws(() => store.by('nothing', 'x'))
})

test('store: a throwing subscriber hurts nobody, and a subscription ends', () => {
  const thrown: unknown[] = []
  const store = new Store<ServiceObject>({ onThrow: (error) => thrown.push(error) })
  const told: string[] = []
  store.subscribe(() => {
    throw new Error('handler')
  })
  const end = store.subscribe((change) => told.push(change.key))
  store.put(service('a', 1))
  end()
  store.put(service('b', 1))
  assert.deepEqual([told, thrown.length], [['shop/a'], 2])
})
