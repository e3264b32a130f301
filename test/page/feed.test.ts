import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../src/lib/clock.ts'
import { Feed } from '../../src/page/feed.ts'
import type { News } from '../../src/page/wire.ts'
import { PageStory, serviceOf } from '../support/page-story.ts'

function opened() {
  const clock = new VirtualClock()
  const story = new PageStory()
  const feed = new Feed(story, clock)
  const got: News[] = []
  const leave = feed.read((_position, news) => got.push(...news))
  return { clock, story, feed, got, leave }
}

const event = { at: 1, reason: 'Told', message: 'm', severity: 'Normal' } as const

test('what comes together goes out together, of each Service the newest line', async () => {
  const { clock, story, got } = opened()
  for (let at = 1; at <= 50; at++)
    story.put({ service: serviceOf({ key: 'shop/web', address: `127.0.0.${at}` }) })
  story.put({ service: serviceOf({ key: 'shop/api' }) })
  assert.equal(got.length, 0)
  await clock.advance(40)
  assert.equal(got.length, 1)
  const [news] = got
  assert.ok(news?.type === 'rows')
  assert.deepEqual(
    news.data.rows.map(({ key, address }) => [key, address]),
    [
      ['shop/web', '127.0.0.50'],
      ['shop/api', ''],
    ],
  )
})

test('the last events are told to who comes, the newest first, and none that news will tell', async () => {
  const { clock, story, feed } = opened()
  story.put({ service: serviceOf({ key: 'shop/web' }) })
  for (let at = 1; at <= 70; at++) story.event('shop/web', { ...event, at })
  assert.equal(feed.told.length, 0)
  await clock.advance(40)
  story.event('shop/web', { ...event, at: 71 })
  const all = feed.told
  assert.deepEqual([all.length, all[0]?.at, all.at(-1)?.at, all[0]?.key], [60, 70, 11, 'shop/web'])
})

test('an event goes out with the line of its Service, one that is gone as gone', async () => {
  const { clock, story, got } = opened()
  story.put({ service: serviceOf({ key: 'shop/web' }) })
  story.event('shop/web', event)
  story.remove('shop/api')
  await clock.advance(40)
  assert.deepEqual(
    got.map(({ type }) => type),
    ['rows', 'told'],
  )
  assert.ok(got[0]?.type === 'rows' && got[1]?.type === 'told')
  assert.deepEqual(got[0].data.gone, ['shop/api'])
  assert.deepEqual(got[1].data, [{ key: 'shop/web', ...event }])
})

test('traffic is told once a second', async () => {
  const { clock, story, got } = opened()
  for (let at = 0; at < 20; at++) story.tell({ type: 'traffic', keys: ['shop/web', `shop/${at % 2}`] })
  await clock.advance(999)
  assert.equal(got.length, 0)
  await clock.advance(1)
  assert.deepEqual(got, [{ type: 'traffic', data: { keys: ['shop/web', 'shop/0', 'shop/1'] } }])
})

test('who comes back gets what was missed, each Service once', async () => {
  const { clock, story, feed, leave } = opened()
  story.put({ service: serviceOf({ key: 'shop/old' }) })
  await clock.advance(40)
  const position = feed.position
  leave()
  for (let at = 0; at < 5; at++)
    story.put({ service: serviceOf({ key: 'shop/web', address: `127.0.0.${at}` }) })
  story.event('shop/web', event)
  await clock.advance(40)
  const missed = feed.since(position)
  assert.ok(missed[0]?.type === 'rows')
  assert.deepEqual(
    missed[0].data.rows.map(({ key, address }) => `${key} ${address}`),
    ['shop/web 127.0.0.4'],
  )
  assert.equal(missed[1]?.type, 'told')
  assert.deepEqual(feed.since(feed.position), [])
})

test('what is not remembered, or is of another process, asks for a reset', async () => {
  const { clock, story, feed, got } = opened()
  const first = feed.position
  for (let at = 0; at < 4_100; at++) {
    story.put({ service: serviceOf({ key: 'shop/web' }) })
    if (at % 500 === 0) await clock.advance(40)
  }
  await clock.advance(40)
  for (const position of [first, 'other.3', 'x', '', `${first.split('.')[0]}.999999`])
    assert.deepEqual(feed.since(position), [{ type: 'reset', data: { position: feed.position } }], position)
  assert.ok(got.every(({ type }) => type === 'rows'))
})

test('a storm that is more than is remembered before it went out is a reset too', async () => {
  const { clock, story, got } = opened()
  for (let at = 0; at < 5_000; at++) story.tell({ type: 'service', key: `shop/s${at}` })
  await clock.advance(40)
  assert.deepEqual(
    got.map(({ type }) => type),
    ['reset'],
  )
})

test('a feed that is closed follows nobody', async () => {
  const { clock, story, feed, got } = opened()
  story.put({ service: serviceOf({ key: 'shop/web' }) })
  feed.close()
  await clock.advance(5_000)
  assert.deepEqual([story.followers, got, clock.nextAt], [0, [], undefined])
})
