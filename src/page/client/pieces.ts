/** Small parts that more than one card of a Service is made of. */
import type { PastStep } from '../past.ts'
import { el } from './dom.ts'
import { actionMarks } from './words.ts'

/** More steps than this are a number. */
export const mostSteps = 12

export const mark = (action: PastStep['action']): HTMLElement =>
  el('span', { class: `action ${action}`, 'aria-hidden': 'true' }, actionMarks[action])

export const nothing = (text: string): HTMLElement => el('p', { class: 'nothing' }, text)
