import type { PastEvent, PastStep } from '../past.ts'
import { el } from './dom.ts'
import { hashOf } from './hash.ts'
import { mark, mostSteps, nothing } from './pieces.ts'
import { spanText, timeText } from './words.ts'

/** What was done. */
export function pastOf(past: readonly PastStep[], now: number): HTMLElement {
  if (past.length === 0) return nothing('Nothing was done since this process began.')
  return el(
    'ol',
    { class: 'steps' },
    ...past
      .slice(0, mostSteps)
      .map((step) =>
        el(
          'li',
          { class: 'step', 'data-key': `${step.at} ${step.action} ${step.kind} ${step.key}` },
          mark(step.action),
          el(
            'div',
            {},
            el(
              'p',
              { class: 'what' },
              el('span', { class: 'unseen' }, `${step.action} `),
              `${step.kind.replaceAll('-', ' ')} ${step.key}`,
            ),
            step.why !== '' && el('p', { class: 'why' }, step.why),
            step.outcome !== 'done' && el('p', { class: 'hold' }, step.outcome),
          ),
          when(step.at, now),
        ),
      ),
  )
}

/** What was told. */
export function eventsOf(events: readonly PastEvent[], now: number): HTMLElement {
  if (events.length === 0) return nothing('Nothing was told since this process began.')
  return el('ol', { class: 'told' }, ...events.map((event) => eventLine(event, now)))
}

/** `about`: which Service, where that is not plain. */
export const eventLine = (event: PastEvent, now: number, about?: string): HTMLElement =>
  el(
    'li',
    {
      class: `event ${event.severity}`,
      'data-key': `${event.at} ${event.reason} ${about ?? ''} ${event.message}`,
    },
    el(
      'div',
      {},
      el(
        'p',
        { class: 'what' },
        event.severity === 'Warning' && el('span', { class: 'warn' }, 'Warning '),
        event.reason,
        about !== undefined && el('a', { class: 'about', href: hashOf(about) }, about),
      ),
      el('p', { class: 'why' }, event.message),
    ),
    when(event.at, now),
  )

const when = (at: number, now: number): HTMLElement =>
  el(
    'time',
    { datetime: new Date(at).toISOString(), title: timeText(at) },
    now - at < 90_000 ? `${spanText(now - at)} ago` : timeText(at),
  )
