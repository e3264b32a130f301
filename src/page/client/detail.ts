import type { ConditionLine, Detail, PlanLines, ProblemLine, StepLine } from '../wire.ts'
import type { PastEvent, PastStep } from '../past.ts'
import { el, type Child, type Memo } from './dom.ts'
import { pictureOf } from './picture.ts'
import type { Rates } from './rates.ts'
import { actionMarks, spanText, stateWords, timeText } from './words.ts'

export interface Looks {
  readonly memo: Memo
  readonly detail: Detail
  readonly rates: Rates
  /** Of the picture, in CSS pixels. */
  readonly width: number
  /** How many lines of the table are drawn; undefined: it is folded. */
  readonly tableLines: number | undefined
  /** By the clock of the server. */
  readonly now: number
  /** When it was seen to go. */
  readonly goneAt: number | undefined
}

/** All of one Service, the most urgent first. */
export function detailParts(looks: Looks): Child[] {
  const { detail, now, memo, rates, width, tableLines } = looks
  const { row, plan, past, events, conditions, path } = detail
  const second = Math.floor(now / 1000)
  const kept = (key: string, title: string, data: unknown, fill: () => readonly Child[]): Element =>
    memo.part(key, data, () => card(key, title, ...fill()))
  const shown = path?.listeners.map((listener) => rates.of(listener))
  return [
    headOf(looks),
    looks.goneAt !== undefined &&
      el(
        'p',
        { class: 'banner', 'data-key': 'gone' },
        `It was deleted at ${timeText(looks.goneAt)}. This is what was last known of it.`,
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

function headOf({ detail, now }: Looks): HTMLElement {
  const { row, addresses, clusterAddresses, ports, created, policy } = detail
  const slash = row.key.indexOf('/')
  const facts: (readonly [string, string])[] = [
    ['Type', row.type],
    [
      'Ports',
      ports
        .map(
          ({ name, port, protocol, target }) =>
            `${name === '' ? '' : `${name} `}${port}/${protocol} → ${target}`,
        )
        .join(', '),
    ],
    [
      'Node ports',
      ports.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [String(nodePort)])).join(', '),
    ],
    ['Cluster address', clusterAddresses.join(', ')],
    ['Traffic policy', ports.some(({ nodePort }) => nodePort !== undefined) ? policy : ''],
    ['Age', created === undefined ? '' : spanText(now - created)],
  ]
  return el(
    'header',
    { class: 'head', 'data-key': 'head' },
    el(
      'div',
      { class: 'title' },
      el(
        'h2',
        { id: 'chosen', tabindex: -1 },
        el('span', { class: 'space' }, `${row.key.slice(0, slash)}/`),
        row.key.slice(slash + 1),
      ),
      el(
        'span',
        { class: `pill ${row.state}` },
        el('span', { class: `mark ${row.state}`, 'aria-hidden': 'true' }),
        stateWords[row.state],
      ),
    ),
    el(
      'p',
      { class: 'reach' },
      ...(addresses.length === 0
        ? [row.type === 'LoadBalancer' ? el('span', { class: 'dim' }, 'no address yet') : undefined]
        : addresses.map((address) =>
            el(
              'button',
              {
                type: 'button',
                class: 'copy mono',
                'data-do': 'copy',
                'data-text': address,
                'data-key': address,
                title: 'Copy',
              },
              address,
            ),
          )),
    ),
    row.note !== '' && row.state !== 'problem' && el('p', { class: 'note' }, row.note),
    el(
      'dl',
      { class: 'facts' },
      ...facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => el('div', { 'data-key': name }, el('dt', {}, name), el('dd', {}, value))),
    ),
  )
}

function problemsOf({ plan, row }: Detail): HTMLElement | undefined {
  const problems = plan?.problems ?? []
  const failure = plan?.failure
  if (problems.length === 0 && failure === undefined) {
    if (row.state !== 'problem') return undefined
    return el(
      'section',
      { class: 'problems', 'data-key': 'problems', 'aria-label': 'Problems' },
      problemOf({ code: 'Not ready', severity: 'error', path: '', message: row.note }),
    )
  }
  return el(
    'section',
    { class: 'problems', 'data-key': 'problems', 'aria-label': 'Problems' },
    ...problems.map(problemOf),
    failure !== undefined &&
      problemOf({
        code: 'The cloud refused',
        severity: 'error',
        path: '',
        message: `${failure}; it is tried again`,
      }),
  )
}

const problemOf = ({ code, severity, path, message, accepted, hint }: ProblemLine): HTMLElement =>
  el(
    'div',
    { class: `trouble ${severity}` },
    el('p', { class: 'code' }, el('strong', {}, severity), ` ${code}`),
    el('p', {}, message),
    path !== '' && el('p', { class: 'mono dim' }, path),
    accepted !== undefined && el('p', {}, el('strong', {}, 'Accepted: '), accepted),
    hint !== undefined && el('p', {}, el('strong', {}, 'Hint: '), hint),
  )

/** More than this are a number. */
const mostSteps = 12

function planOf(plan: PlanLines | undefined, type: string, now: number): Child[] {
  if (plan === undefined || (type !== 'LoadBalancer' && plan.steps.length + plan.objects.length === 0))
    return [
      nothing(type === 'LoadBalancer' ? 'The plan is not known here.' : 'It asks for no load balancer.'),
    ]
  const { steps, nextAt } = plan
  const more = steps.length - mostSteps
  const end = steps.length > 0 ? undefined : nothing(whyNoStep(plan))
  return [
    steps.length > 0 && el('ol', { class: 'steps' }, ...steps.slice(0, mostSteps).map(stepOf)),
    more > 0 && nothing(`and ${more} more`),
    end,
    nextAt !== undefined &&
      nextAt > now &&
      el('p', { class: 'dim small' }, `Looked at again in ${spanText(nextAt - now)}.`),
  ]
}

function whyNoStep({ converged, problems, failure }: PlanLines): string {
  if (converged) return 'Nothing to do: all that was asked for is in place.'
  if (failure !== undefined || problems.some(({ severity }) => severity === 'error'))
    return 'Nothing can be done before the problem above is mended.'
  return 'Being planned.'
}

const stepOf = ({ action, title, why, hold, outage }: StepLine): HTMLElement =>
  el(
    'li',
    { class: 'step', 'data-key': `${action} ${title}` },
    mark(action),
    el(
      'div',
      {},
      el('p', { class: 'what' }, el('span', { class: 'unseen' }, `${action} `), title),
      why !== '' && el('p', { class: 'why' }, why),
      hold !== undefined && el('p', { class: 'hold' }, el('strong', {}, 'waits for '), hold),
      outage !== undefined && el('p', { class: 'hold' }, el('strong', {}, 'interrupts traffic: '), outage),
    ),
  )

const mark = (action: StepLine['action']): HTMLElement =>
  el('span', { class: `action ${action}`, 'aria-hidden': 'true' }, actionMarks[action])

function pastOf(past: readonly PastStep[], now: number): HTMLElement {
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

function eventsOf(events: readonly PastEvent[], now: number): HTMLElement {
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

export const hashOf = (key: string): string => `#${key.split('/').map(encodeURIComponent).join('/')}`

const when = (at: number, now: number): HTMLElement =>
  el(
    'time',
    { datetime: new Date(at).toISOString(), title: timeText(at) },
    now - at < 90_000 ? `${spanText(now - at)} ago` : timeText(at),
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

const objectsOf = ({ objects }: PlanLines): HTMLElement =>
  el(
    'ul',
    { class: 'objects' },
    ...objects.map(({ title, id, state }) =>
      el(
        'li',
        { 'data-key': `${title} ${id}` },
        el('span', {}, title),
        el('span', { class: 'mono dim id' }, id),
        state !== 'ready' && el('span', { class: 'warn' }, state),
      ),
    ),
  )

const nothing = (text: string): HTMLElement => el('p', { class: 'nothing' }, text)
