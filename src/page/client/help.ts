import { el } from './dom.ts'

const keys: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'go through the Services'],
  ['Enter', 'open the one that is marked'],
  ['Esc', 'back to the list'],
  ['/', 'filter'],
  ['?', 'this help'],
]

/** The keys, and what the signs mean. */
export function helpDialog(): HTMLDialogElement {
  const dialog = el(
    'dialog',
    { class: 'help', 'aria-labelledby': 'help-title' },
    el('h2', { id: 'help-title' }, 'Help'),
    el(
      'dl',
      {},
      ...keys.map(([key, does]) => el('div', {}, el('dt', {}, el('kbd', {}, key)), el('dd', {}, does))),
    ),
    el(
      'p',
      {},
      'A line that moves carries traffic now. A broken one carries none: the node is not healthy, or the pod is not ready.',
    ),
    el(
      'p',
      {},
      'A dot is well, a ring waits, a diamond or a cross is wrong, a dash is not checked or asks for no load balancer. The page only reads: nothing can be changed here.',
    ),
    el('form', { method: 'dialog' }, el('button', { type: 'submit' }, 'Close')),
  )
  return dialog
}
