import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Box } from '../../../src/page/client/picture-boxes.ts'
import { layoutOf } from '../../../src/page/client/picture-layout.ts'
import { sentenceOf, tableOf } from '../../../src/page/client/picture-words.ts'
import { pathOf } from '../../support/page-story.ts'

const address = '127.17.240.1'

const arbitrary = fc.record({
  width: fc.integer({ min: 260, max: 1_600 }),
  policy: fc.constantFrom('Cluster' as const, 'Local' as const),
  ports: fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }), { maxLength: 6 }),
  nodes: fc.integer({ min: 0, max: 40 }),
  pods: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 8 }),
  waiting: fc.integer({ min: 0, max: 4 }),
  known: fc.boolean(),
})

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width - 0.5 &&
  b.x < a.x + a.width - 0.5 &&
  a.y < b.y + b.height - 0.5 &&
  b.y < a.y + a.height - 0.5

test('whatever there is: nothing leaves the picture, nothing lies on something else, keys are there once', () => {
  fc.assert(
    fc.property(arbitrary, ({ width, policy, ports, nodes, pods, waiting, known }) => {
      const whole = pathOf({ address, ports, nodes, pods, waiting })
      const path = known ? whole : { ...whole, pods: undefined }
      const { boxes, lines, height } = layoutOf({ path, policy, width })
      for (const box of boxes) {
        assert.ok(box.x >= 0 && box.y >= 0, JSON.stringify(box))
        assert.ok(box.x + box.width <= width + 0.5 && box.y + box.height <= height + 0.5, JSON.stringify(box))
        assert.ok(box.width > 20 && box.height > 0, JSON.stringify(box))
      }
      for (const [at, box] of boxes.entries())
        for (const other of boxes.slice(at + 1)) assert.ok(!overlap(box, other), JSON.stringify([box, other]))
      assert.equal(new Set(lines.map(({ key }) => key)).size, lines.length)
      const drawn = boxes.flatMap((box) =>
        box.what === 'pod' ? [box.pod] : box.what === 'cells' ? box.pods : [],
      )
      assert.equal(drawn.length, path.pods?.length ?? 0)
    }),
    { numRuns: 150 },
  )
})

const carried = (policy: 'Cluster' | 'Local', path = pathOf({ address, pods: [1, 1, 0], sick: [2] })) =>
  layoutOf({ path, policy, width: 1_000 })
    .lines.filter(({ carries }) => carries)
    .map(({ key }) => key.split('-').slice(0, 2).join('-'))

test('Cluster: a healthy node without pods carries, a sick one does not, its pods are reached by others', () => {
  const keys = carried('Cluster')
  for (const key of ['node node-1', 'node node-3', 'join node-1', 'join node-3'])
    assert.ok(keys.includes(key), key)
  for (const key of ['node node-2', 'join node-2']) assert.ok(!keys.includes(key), key)
  assert.equal(keys.filter((key) => key.startsWith('pod node-2')).length, 1)
})

test('Local: only a healthy node with ready pods carries, and only to its own', () => {
  const keys = carried('Local')
  assert.ok(keys.includes('node node-1'))
  assert.deepEqual(
    keys.filter((key) => /node-[23]|^join/.test(key)),
    [],
  )
})

for (const width of [1_000, 300])
  test(`without a listener nothing comes in; a name that leads to the pods does: ${width} px`, () => {
    const path = pathOf({ address, ports: [], pods: [1, 1, 1] })
    const lines = layoutOf({ path, policy: 'Cluster', width }).lines.filter(
      ({ key }) => !key.startsWith('pod'),
    )
    assert.ok(lines.length > 0)
    assert.deepEqual(
      lines.filter(({ carries }) => carries),
      [],
    )
    const direct = { ...path, nodes: [] }
    const headless = layoutOf({ path: direct, policy: 'Cluster', width, headless: true })
    assert.deepEqual(
      headless.lines.filter(({ carries }) => !carries),
      [],
    )
  })

interface Lack {
  readonly name: string
  readonly policy: 'Cluster' | 'Local'
  readonly nodes: number
  readonly says: readonly string[]
}

const lacks: readonly Lack[] = [
  { name: 'behind the nodes', policy: 'Cluster', nodes: 3, says: ['no pods'] },
  { name: 'behind the listener', policy: 'Cluster', nodes: 0, says: ['no pods'] },
  { name: 'each node says so itself', policy: 'Local', nodes: 3, says: [] },
]

for (const { name, policy, nodes, says } of lacks)
  for (const width of [1_000, 300])
    test(`no pods: ${name}, ${width} px`, () => {
      const path = pathOf({ address, nodes, pods: [] })
      const { boxes, lines } = layoutOf({ path, policy, width })
      assert.deepEqual(
        boxes.flatMap((box) => (box.what === 'words' ? [box.text] : [])),
        says,
      )
      assert.deepEqual(
        lines.filter(({ key, carries }) => carries && /^(join|no pods)/.test(key)),
        [],
      )
    })

test('pods as targets stand behind the listeners, with no node between', () => {
  const path = { ...pathOf({ address, pods: [2, 1] }), nodes: [] }
  const { boxes, lines } = layoutOf({ path, policy: 'Cluster', width: 1_000 })
  assert.ok(boxes.every(({ what }) => what !== 'node'))
  assert.equal(lines.filter(({ key, carries }) => key.startsWith('pod') && carries).length, 3)
})

test('of many nodes those with pods and those in trouble are shown, the others counted', () => {
  const path = pathOf({ address, nodes: 100, pods: [...Array.from({ length: 90 }, () => 0), 1], sick: [77] })
  const { boxes } = layoutOf({ path, policy: 'Cluster', width: 1_000 })
  const names = boxes.flatMap((box) => (box.what === 'node' ? [box.node.name] : []))
  assert.equal(names.length, 24)
  assert.ok(names.includes('node-91') && names.includes('node-77'))
  assert.ok(boxes.some((box) => box.what === 'words' && box.text === 'and 76 more nodes'))
})

const sentences = [
  {
    name: 'all in a few words',
    text: sentenceOf(pathOf({ address, pods: [1, 2], waiting: 1, sick: [3] }), 'Cluster'),
    says: `Clients reach ${address} port 80/TCP. 2 of 3 nodes healthy. Not healthy: node-3 (connection refused). 2 of 3 pods ready. Each node passes on to all ready pods.`,
  },
  {
    name: 'Local: nodes without pods are not healthy by intent',
    text: sentenceOf(pathOf({ address, pods: [1], sick: [2, 3] }), 'Local'),
    says: `Clients reach ${address} port 80/TCP. 1 of 3 nodes healthy. 1 of 1 pod ready. Traffic stays on the node that it came to, and nodes without pods get none.`,
  },
  {
    name: 'a name that leads to the pods',
    text: sentenceOf({ listeners: [], nodes: [], pods: [] }, 'Cluster', true),
    says: 'It has no address of its own: its name leads to the pods. It has no pods.',
  },
  {
    name: 'nothing yet',
    text: sentenceOf({ listeners: [], nodes: [], pods: [] }, 'Cluster'),
    says: 'There is no listener yet. It has no pods.',
  },
]

for (const { name, text, says } of sentences)
  test(`the picture in words: ${name}`, () => assert.equal(text, says))

test('the table has a line for everything that the picture has', () => {
  const path = pathOf({ address, ports: [80, 443], nodes: 30, pods: [300, 20] })
  assert.equal(tableOf(path).length, 2 + 30 + 320)
})
