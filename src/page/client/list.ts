import type { Row, ServiceState } from '../wire.ts'
import { becomeChildren, el } from './dom.ts'
import { countStates, inOrder, matches, visibleRange, wordsOf } from './filter.ts'
import { stateWords, states } from './words.ts'

const noAddress = 'no address'
/** Of a line, as in style.css. */
const rowHeight = 58

export interface ListParts {
  /** Somebody chose a Service; `jump`: wants to read on there. */
  readonly choose: (key: string, jump: boolean) => void
}

/**
 * The Services, of which only those in sight are drawn. One stop for the Tab key; arrows move in it
 * (https://www.w3.org/WAI/ARIA/apg/patterns/listbox/).
 */
export class ServiceList {
  readonly element: HTMLElement
  readonly #parts: ListParts
  readonly #box = el('input', {
    type: 'search',
    id: 'filter',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'Filter',
    'aria-label': 'Filter the Services',
    'aria-keyshortcuts': '/',
  })
  readonly #chips = el('div', { class: 'chips', role: 'group', 'aria-label': 'Only Services that are' })
  readonly #count = el('p', { class: 'unseen', role: 'status' })
  readonly #none = el('p', { class: 'nothing', hidden: true, 'aria-hidden': 'true' }, 'None of them matches.')
  readonly #list = el('div', {
    class: 'rows',
    role: 'listbox',
    id: 'services',
    tabindex: 0,
    'aria-label': 'Services',
  })
  readonly #filler = el('div', { class: 'filler', role: 'presentation' })
  #rows: readonly Row[] = []
  /** Not sorted in yet. */
  #given: ReadonlyMap<string, Row> | undefined
  #shown: readonly Row[] = []
  #wanted = new Set<ServiceState>()
  #active: string | undefined
  #chosen: string | undefined
  readonly #flashed = new Map<string, number>()
  #drawing = false

  constructor(parts: ListParts) {
    this.#parts = parts
    this.#list.append(this.#filler)
    this.element = el(
      'nav',
      { class: 'services', 'aria-label': 'Services' },
      el('h2', { class: 'unseen' }, 'Services'),
      el('div', { class: 'tools', role: 'search' }, this.#box, this.#chips),
      this.#count,
      this.#none,
      this.#list,
    )
    this.#box.addEventListener('input', () => this.#refilter(true))
    this.#box.addEventListener('keydown', (event) => this.#boxKey(event))
    this.#chips.addEventListener('click', (event) => this.#chip(event))
    this.#list.addEventListener('scroll', () => this.#draw(), { passive: true })
    this.#list.addEventListener('keydown', (event) => this.#key(event))
    this.#list.addEventListener('click', (event) => {
      const key = (event.target as Element).closest('[role=option]')?.getAttribute('data-key')
      if (key !== null && key !== undefined) this.#choose(key, false)
    })
    this.#list.addEventListener('focus', () => {
      this.#active ??= this.#chosen ?? this.#shown[0]?.key
      this.#draw()
    })
    new ResizeObserver(() => this.#draw()).observe(this.#list)
  }

  set(rows: ReadonlyMap<string, Row>): void {
    this.#given = rows
    this.#draw()
  }

  /** Those that changed are lit for a moment. */
  flash(keys: readonly string[]): void {
    const until = performance.now() + 1_200
    for (const key of keys) this.#flashed.set(key, until)
    this.#draw()
    window.setTimeout(() => this.#draw(), 1_300)
  }

  chosen(key: string | undefined): void {
    this.#chosen = key
    if (key !== undefined) this.#active = key
    this.#reveal()
    this.#draw()
  }

  focus(): void {
    this.#list.focus()
  }

  focusFilter(): void {
    this.#box.focus()
    this.#box.select()
  }

  #boxKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.#box.value !== '') {
      this.#box.value = ''
      this.#refilter(true)
      event.stopPropagation()
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault()
      this.#active = this.#shown[0]?.key
      this.focus()
      this.#reveal()
    }
  }

  #chip(event: Event): void {
    const state = (event.target as Element).closest('button')?.getAttribute('data-key') as ServiceState | null
    if (state === null) return
    if (!this.#wanted.delete(state)) this.#wanted.add(state)
    this.#refilter(true)
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const at = this.#shown.findIndex(({ key }) => key === this.#active)
    const page = Math.max(1, Math.floor(this.#list.clientHeight / rowHeight) - 1)
    const last = this.#shown.length - 1
    const moved = new Map([
      ['ArrowDown', at + 1],
      ['ArrowUp', at - 1],
      ['Home', 0],
      ['End', last],
      ['PageDown', at + page],
      ['PageUp', at - page],
    ]).get(event.key)
    if (moved !== undefined) {
      event.preventDefault()
      this.#active = this.#shown[Math.max(0, Math.min(last, moved))]?.key
      this.#reveal()
      this.#draw()
    } else if ((event.key === 'Enter' || event.key === ' ') && this.#active !== undefined) {
      event.preventDefault()
      this.#choose(this.#active, event.key === 'Enter')
    }
  }

  #choose(key: string, jump: boolean): void {
    this.#active = key
    this.#parts.choose(key, jump)
  }

  #refilter(told: boolean): void {
    const words = wordsOf(this.#box.value)
    this.#shown = this.#rows.filter((row) => matches(row, words, this.#wanted))
    this.#none.hidden = this.#shown.length > 0 || this.#rows.length === 0
    if (told) {
      this.#count.textContent = `${this.#shown.length} of ${this.#rows.length} shown`
      this.#list.scrollTop = 0
    }
    this.#drawChips()
    this.#draw()
  }

  #drawChips(): void {
    const counts = countStates(this.#rows)
    const chips = states
      .filter((state) => counts[state] > 0 || this.#wanted.has(state))
      .map((state) =>
        el(
          'button',
          {
            type: 'button',
            class: `chip ${state}`,
            'data-key': state,
            'aria-pressed': String(this.#wanted.has(state)),
          },
          el('span', { class: `mark ${state}`, 'aria-hidden': 'true' }),
          `${counts[state]} ${stateWords[state]}`,
        ),
      )
    becomeChildren(this.#chips, chips)
  }

  #reveal(): void {
    const at = this.#shown.findIndex(({ key }) => key === this.#active)
    if (at === -1) return
    const { scrollTop, clientHeight } = this.#list
    if (at * rowHeight < scrollTop) this.#list.scrollTop = at * rowHeight
    else if ((at + 1) * rowHeight > scrollTop + clientHeight)
      this.#list.scrollTop = (at + 1) * rowHeight - clientHeight
  }

  /** Once a frame at most. */
  #draw(): void {
    if (this.#drawing) return
    this.#drawing = true
    window.requestAnimationFrame(() => {
      this.#drawing = false
      this.#drawNow()
    })
  }

  #drawNow(): void {
    if (this.#given !== undefined) {
      this.#rows = [...this.#given.values()].toSorted(inOrder)
      this.#given = undefined
      this.#refilter(false)
    }
    const { first, end } = visibleRange(
      this.#list.scrollTop,
      this.#list.clientHeight,
      rowHeight,
      this.#shown.length,
    )
    const now = performance.now()
    for (const [key, until] of this.#flashed) if (until <= now) this.#flashed.delete(key)
    const active = this.#shown.findIndex(({ key }) => key === this.#active)
    const drawn = new Set(Array.from({ length: end - first }, (_, at) => first + at))
    // What is read out must be there, in sight or not.
    if (active !== -1) drawn.add(active)
    this.#filler.style.height = `${this.#shown.length * rowHeight}px`
    becomeChildren(
      this.#filler,
      [...drawn].toSorted((a, b) => a - b).map((at) => this.#row(this.#shown[at]!, at)),
    )
    for (const child of this.#filler.children)
      (child as HTMLElement).style.transform =
        `translateY(${Number(child.getAttribute('aria-posinset')) * rowHeight - rowHeight}px)`
    if (active === -1) this.#list.removeAttribute('aria-activedescendant')
    else this.#list.setAttribute('aria-activedescendant', rowId(this.#active ?? ''))
  }

  #row(row: Row, at: number): HTMLElement {
    const slash = row.key.indexOf('/')
    const chosen = row.key === this.#chosen
    return el(
      'div',
      {
        role: 'option',
        id: rowId(row.key),
        'data-key': row.key,
        class: `row${row.key === this.#active ? ' active' : ''}${this.#flashed.has(row.key) ? ' flash' : ''}`,
        'aria-selected': String(chosen),
        'aria-setsize': this.#shown.length,
        'aria-posinset': at + 1,
        'aria-label': [row.key, stateWords[row.state], row.address || row.note || noAddress, row.ports].join(
          ' ',
        ),
      },
      el('span', { class: `mark ${row.state}`, 'aria-hidden': 'true' }),
      el(
        'span',
        { class: 'name' },
        el('span', { class: 'space' }, row.key.slice(0, slash)),
        el('span', { class: 'own' }, el('span', { class: 'space' }, '/'), row.key.slice(slash + 1)),
      ),
      el('span', { class: `word ${row.state}` }, stateWords[row.state]),
      row.address === ''
        ? el('span', { class: 'address' }, row.note === '' ? noAddress : row.note)
        : el('span', { class: 'address mono' }, row.address),
      el('span', { class: 'ports mono' }, row.ports),
    )
  }
}

const rowId = (key: string): string => `row-${encodeURIComponent(key)}`
