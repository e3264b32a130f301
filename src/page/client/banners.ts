import type { ConnectionState } from './connection.ts'
import { el } from './dom.ts'
import { spanText, timeText } from './words.ts'

/** What somebody must know who believes what is shown: that it is old, or not the whole truth. */
export function bannersOf(state: ConnectionState, loaded: boolean, lack: string | undefined): HTMLElement[] {
  return [
    state.is === 'lost' &&
      loaded &&
      el(
        'p',
        { class: 'banner lost', 'data-key': 'lost' },
        el('span', {}, `Not connected since ${timeText(state.since)}: what you see is from then. `),
        el('span', { 'aria-hidden': 'true' }, `Tried again in ${spanText(state.againAt - Date.now())}. `),
        el('button', { type: 'button', 'data-do': 'try' }, 'Try now'),
      ),
    lack !== undefined && el('p', { class: 'banner', 'data-key': 'lack' }, `Note: ${lack}.`),
  ].filter((banner) => banner !== false)
}
