import { el } from './dom.ts'
import { schemeButton } from './theme.ts'

export interface Rooms {
  readonly about: HTMLElement
  readonly link: HTMLElement
  readonly banner: HTMLElement
  readonly list: HTMLElement
  readonly main: HTMLElement
  /** Of `main`. */
  readonly content: HTMLElement
  /** What is read out. */
  readonly region: HTMLElement
  readonly help: HTMLDialogElement
}

/** All that stands still: the bar on top, and where the rest of it is put. */
export function frameOf({ about, link, banner, list, main, content, region, help }: Rooms): readonly Node[] {
  const helpButton = el(
    'button',
    { type: 'button', class: 'plain', id: 'help', 'aria-label': 'Help', 'aria-keyshortcuts': '?' },
    '?',
  )
  helpButton.addEventListener('click', () => help.showModal())
  main.append(el('a', { class: 'back', href: '#', 'aria-label': 'All Services' }, '← All Services'), content)
  return [
    el('a', { class: 'skip', href: '#main', 'data-do': 'skip' }, 'Skip to the content'),
    el(
      'header',
      { class: 'top' },
      el('h1', {}, el('a', { href: '#' }, 'lb-controller')),
      about,
      link,
      schemeButton(),
      helpButton,
    ),
    banner,
    el('div', { class: 'body' }, list, main),
    region,
    help,
  ]
}
