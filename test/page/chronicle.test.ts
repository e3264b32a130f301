import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../src/lib/clock.ts'
import type { Executed } from '../../src/engine/execute.ts'
import { Chronicle } from '../../src/page/chronicle.ts'
import type { PageNews } from '../../src/page/source.ts'
import { ProviderError } from '../../src/provider/errors.ts'
import { serviceOf } from '../support/page-story.ts'

function opened() {
  const clock = new VirtualClock(1_000)
  const passed: string[] = []
  const chronicle = new Chronicle({
    clock,
    to: { record: (_about, type, reason, message) => passed.push(`${type} ${reason} ${message}`) },
  })
  const news: PageNews[] = []
  chronicle.follow((one) => news.push(one))
  return { clock, passed, chronicle, news }
}

const web = serviceOf({ key: 'shop/web' })

const executed = (owners: readonly string[], outcome: Executed['outcome'] = 'done'): Executed => ({
  step: {
    id: 'x',
    action: 'create',
    stack: 's',
    kind: 'listener',
    key: '80/TCP',
    why: 'asked for',
    needs: [],
    owners: owners.map((name) => ({ uid: name, name })),
  },
  ms: 7,
  outcome,
})

test('an event goes on to its recorder, and is remembered and told', () => {
  const { chronicle, passed, news } = opened()
  chronicle.record(web, 'Warning', 'Bad', 'very')
  assert.deepEqual(passed, ['Warning Bad very'])
  const event = { at: 1_000, reason: 'Bad', message: 'very', severity: 'Warning' }
  assert.deepEqual(chronicle.past('shop/web').events, [event])
  assert.deepEqual(news, [{ type: 'event', key: 'shop/web', ...event }])
})

test('the same again moves up in time', async () => {
  const { chronicle, clock } = opened()
  chronicle.record(web, 'Normal', 'A', 'a')
  chronicle.record(web, 'Warning', 'B', 'b')
  await clock.advance(500)
  chronicle.record(web, 'Warning', 'B', 'b')
  assert.deepEqual(
    chronicle.past('shop/web').events.map(({ reason, at }) => `${reason} ${at}`),
    ['B 1500', 'A 1000'],
  )
})

test('a step is remembered for all whom it is for, with its outcome', () => {
  const { chronicle, news } = opened()
  chronicle.stepped(executed(['shop/web', 'shop/api']))
  chronicle.stepped(
    executed(
      ['shop/web'],
      new ProviderError({
        kind: 'quota',
        code: 'TooMany',
        op: 'Create',
        sent: 'no',
        message: 'full',
      }),
    ),
  )
  assert.deepEqual(
    chronicle.past('shop/web').steps.map(({ outcome }) => outcome),
    ['TooMany: full', 'done'],
  )
  assert.equal(chronicle.past('shop/api').steps.length, 1)
  assert.equal(news.length, 3)
})

test('what is remembered has an end: of one Service, and of Services', () => {
  const { chronicle } = opened()
  for (let at = 0; at < 200; at++) {
    chronicle.stepped(executed(['shop/web']))
    chronicle.note('shop/web', { at, reason: `R${at}`, message: '', severity: 'Normal' })
  }
  const { steps, events } = chronicle.past('shop/web')
  assert.deepEqual([steps.length, events.length, events[0]?.reason], [30, 50, 'R199'])
  for (let at = 0; at < 2_000; at++) chronicle.stepped(executed([`shop/s${at}`]))
  assert.deepEqual(chronicle.past('shop/web'), { steps: [], events: [] })
})
