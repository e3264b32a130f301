/** What is shown where there is nothing to show yet, or any more. */
import { el } from './dom.ts'

export const skeleton = (): HTMLElement =>
  el(
    'div',
    { class: 'skeleton', 'data-key': 'skeleton', 'aria-busy': 'true' },
    el('p', { class: 'unseen' }, 'Loading'),
    ...['wide', 'tall', 'short'].map((kind) => el('div', { class: `bone ${kind}`, 'aria-hidden': 'true' })),
  )

export const unreachable = (): HTMLElement =>
  el(
    'div',
    { class: 'empty', 'data-key': 'unreachable' },
    el('h2', { id: 'chosen', tabindex: -1 }, 'Nobody answers'),
    el(
      'p',
      {},
      'The program that serves this page does not answer. Is it still running? It is tried again by itself.',
    ),
    el('button', { type: 'button', 'data-do': 'try' }, 'Try now'),
  )

export const missing = (key: string): HTMLElement =>
  el(
    'div',
    { class: 'empty', 'data-key': 'missing' },
    el('h2', { id: 'chosen', tabindex: -1 }, `There is no Service ${key}`),
    el('p', {}, 'It is shown here as soon as there is one. '),
    el('p', {}, el('a', { href: '#' }, 'All Services')),
  )
