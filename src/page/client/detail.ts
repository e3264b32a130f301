import type { ConditionLine } from '../wire.ts'
import { headOf, problemsOf } from './detail-head.ts'
import { eventsOf, pastOf } from './detail-past.ts'
import { objectsOf, planOf } from './detail-plan.ts'
import { el, type Child } from './dom.ts'
import type { Looks } from './looks.ts'
import { pictureOf } from './picture.ts'
import { nothing } from './pieces.ts'
import { spanText, timeText } from './words.ts'

/** All of one Service, the most urgent first. */
export function detailParts(looks: Looks): Child[] {
  const { detail, now, memo, rates, width, tableLines, gone } = looks
  const { row, plan, past, events, conditions, path } = detail
  const second = Math.floor(now / 1000)
  const kept = (key: string, title: string, data: unknown, fill: () => readonly Child[]): Element =>
    memo.part(key, data, () => card(key, title, ...fill()))
  const shown = path?.listeners.map((listener) => rates.of(listener))
  return [
    headOf(looks),
    gone !== undefined &&
      el(
        'p',
        { class: 'banner', 'data-key': 'gone' },
        `It was deleted ${gone.seen ? 'at' : 'before'} ${timeText(gone.at)}. This is what was last known of it.`,
      ),
    problemsOf(detail),
    kept('picture', 'The way of the traffic', [path, detail.policy, shown, width, tableLines], () => [
      el('div', { class: 'canvas', id: 'canvas' }, ...pictureOf(detail, rates, width, tableLines)),
    ]),
    el(
      'div',
      { class: 'columns', 'data-key': 'columns' },
      kept('plan', 'Plan', [plan, second], () => planOf(plan, row.type, now)),
      kept('past', 'Last steps', [past, second], () => [pastOf(past, now)]),
      kept('events', 'Events', [events, second], () => [eventsOf(events, now)]),
      kept('conditions', 'Conditions', [conditions, second], () => [conditionsOf(conditions, now)]),
      plan !== undefined &&
        plan.objects.length > 0 &&
        kept('objects', 'Objects', plan.objects, () => [objectsOf(plan)]),
    ),
  ]
}

const card = (key: string, title: string, ...children: readonly Child[]): HTMLElement =>
  el(
    'section',
    { class: `card card-${key}`, 'data-key': key, 'aria-labelledby': `title-${key}` },
    el('h3', { id: `title-${key}` }, title),
    ...children,
  )

function conditionsOf(conditions: readonly ConditionLine[], now: number): HTMLElement {
  if (conditions.length === 0) return nothing('It has no conditions.')
  return el(
    'dl',
    { class: 'conditions' },
    ...conditions.map(({ type, status, reason, message, since }) =>
      el(
        'div',
        { 'data-key': type },
        el('dt', {}, type, ' ', el('span', { class: `status ${status}` }, status)),
        el(
          'dd',
          {},
          el(
            'p',
            {},
            reason,
            since !== undefined && el('span', { class: 'dim' }, ` for ${spanText(now - since)}`),
          ),
          el('p', { class: 'why' }, message),
        ),
      ),
    ),
  )
}
