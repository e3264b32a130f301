import type { Detail, ProblemLine, ServiceState } from '../wire.ts'
import type { Looks } from './looks.ts'
import { el } from './dom.ts'
import { spanText, stateWords } from './words.ts'

const pill = (state: ServiceState, word: string): HTMLElement =>
  el('span', { class: `pill ${state}` }, el('span', { class: `mark ${state}`, 'aria-hidden': 'true' }), word)

/** What a Service is, and where it is reached. */
export function headOf({ detail, now, gone }: Pick<Looks, 'detail' | 'now' | 'gone'>): HTMLElement {
  const { row, addresses, clusterAddresses, ports, created, policy } = detail
  const slash = row.key.indexOf('/')
  const facts: (readonly [string, string])[] = [
    ['Type', row.type],
    ['Another name of', row.type === 'ExternalName' ? row.address : ''],
    [
      'Ports',
      ports
        .map(({ name, port, protocol, target }) =>
          `${name === '' ? '' : `${name} `}${port}/${protocol} → ${target}`.replaceAll(' ', '\u00A0'),
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
      gone === undefined ? pill(row.state, stateWords[row.state]) : pill('inner', 'gone'),
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

/** What keeps it from being as asked, and how to mend that. */
export function problemsOf({ plan, row }: Detail): HTMLElement | undefined {
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
