import type { Row, ToldEvent } from '../wire.ts'
import { eventLine } from './detail-past.ts'
import { el, type Child } from './dom.ts'
import { countStates } from './filter.ts'
import { stateWords, states } from './words.ts'

const example = (words: string): readonly Child[] => [
  el('p', {}, words),
  el(
    'pre',
    { class: 'mono' },
    'kubectl create deployment web --image=nginx --port=80\nkubectl expose deployment web --type=LoadBalancer',
  ),
]

/** What is shown while no Service is chosen. */
export function overviewParts(
  rows: ReadonlyMap<string, Row>,
  told: readonly ToldEvent[],
  now: number,
): Child[] {
  const counts = countStates(rows.values())
  if (rows.size === 0)
    return [
      el(
        'div',
        { class: 'empty', 'data-key': 'empty' },
        el('h2', { id: 'chosen', tabindex: -1 }, 'No Services yet'),
        ...example('The first one shows up here as soon as the cluster has it. For example:'),
      ),
    ]
  const first = counts.inner === rows.size
  return [
    el(
      'header',
      { class: 'head', 'data-key': 'overview' },
      el('h2', { id: 'chosen', tabindex: -1 }, 'All Services'),
      el(
        'ul',
        { class: 'counts' },
        ...states
          .filter((state) => counts[state] > 0)
          .map((state) =>
            el(
              'li',
              { 'data-key': state },
              el('span', { class: `mark ${state}`, 'aria-hidden': 'true' }),
              el('strong', {}, String(counts[state])),
              ` ${stateWords[state]}`,
            ),
          ),
      ),
      el(
        'p',
        { class: 'dim' },
        'Choose a Service to see the way of its traffic, its plan and what was done for it.',
      ),
    ),
    first &&
      el(
        'section',
        { class: 'card empty', 'data-key': 'first', 'aria-labelledby': 'title-first' },
        el('h3', { id: 'title-first' }, 'No load balancers yet'),
        ...example('The first Service of type LoadBalancer gets one. For example:'),
      ),
    el(
      'section',
      { class: 'card events', 'data-key': 'events', 'aria-labelledby': 'title-events' },
      el('h3', { id: 'title-events' }, 'Events of all Services'),
      told.length === 0
        ? el('p', { class: 'nothing' }, 'Nothing was told since this process began.')
        : el('ol', { class: 'told' }, ...told.map((event) => eventLine(event, now, event.key))),
    ),
  ]
}
