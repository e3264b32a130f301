import {
  mostTold,
  type Detail,
  type ListAnswer,
  type News,
  type NewsTypes,
  type Row,
  type ToldEvent,
} from '../wire.ts'
import { Announcer } from './announcer.ts'
import { bannersOf } from './banners.ts'
import { missing, skeleton, unreachable } from './blank.ts'
import type { ConnectionState } from './connection.ts'
import { detailParts } from './detail.ts'
import { becomeChildren, el, Memo } from './dom.ts'
import { frameOf } from './frame.ts'
import { hashOf, keyIn } from './hash.ts'
import { helpDialog } from './help.ts'
import { ServiceList } from './list.ts'
import type { Gone } from './looks.ts'
import { overviewParts } from './overview.ts'
import { Rates } from './rates.ts'
import { stateWords } from './words.ts'

/** Between two looks at the chosen Service, whatever the news say. In milliseconds. */
const lookEveryMs = 250
const lookAnywayMs = { counted: 950, else: 5_000 }
const linesMore = 100

export interface PageParts {
  /** Undefined: there is none. Rejects when nobody answers. */
  readonly readDetail: (key: string) => Promise<Detail | undefined>
  readonly tryNow: () => void
}

/** What is on the page, and who is told when something changes. */
export class Page {
  readonly #parts: PageParts
  readonly #rows = new Map<string, Row>()
  readonly #list = new ServiceList({ choose: (key, jump) => this.#open(key, jump) })
  readonly #rates = new Rates()
  readonly #memo = new Memo()
  readonly #announcer: Announcer
  readonly #help = helpDialog()
  readonly #main = el('main', { id: 'main', tabindex: -1 })
  readonly #content = el('div', { class: 'content' })
  readonly #about = el('ul', { class: 'about', 'aria-label': 'About' })
  readonly #link = el('p', { class: 'link', role: 'status' })
  readonly #banner = el('div', { class: 'banners' })
  /** As in style.css: then there is less around the picture. */
  readonly #narrow = matchMedia('(width < 760px)')
  #told: readonly ToldEvent[] = []
  #chosen: string | undefined
  #detail: Detail | undefined
  #missing = false
  #gone: Gone | undefined
  #tableLines: number | undefined
  #state: ConnectionState = { is: 'connecting' }
  #loaded = false
  #lack: string | undefined
  /** How far the server's clock is ahead. */
  #ahead = 0
  #jump = false
  #lookedAt = 0
  #looking = false
  #lookTimer: number | undefined
  #drawing = false

  constructor(parts: PageParts) {
    this.#parts = parts
    const region = el('p', { class: 'unseen', 'aria-live': 'polite', id: 'announcements' })
    this.#announcer = new Announcer(region)
    document.body.replaceChildren(
      ...frameOf({
        about: this.#about,
        link: this.#link,
        banner: this.#banner,
        list: this.#list.element,
        main: this.#main,
        content: this.#content,
        region,
        help: this.#help,
      }),
    )
    document.addEventListener('keydown', (event) => this.#key(event))
    document.addEventListener('click', (event) => this.#click(event))
    this.#main.addEventListener('toggle', (event) => this.#toggled(event), true)
    window.addEventListener('hashchange', () => this.#follow())
    new ResizeObserver(() => this.#draw()).observe(this.#content)
    // Ages go on by themselves.
    window.setInterval(() => {
      if (document.hidden) return
      this.#draw()
      if (this.#chosen !== undefined && Date.now() - this.#lookedAt > this.#patience) this.#look()
    }, 1_000)
    this.#follow()
    this.#drawLink()
  }

  /** The whole list, anew. */
  list({ about, lack, rows, told }: ListAnswer): void {
    this.#told = told
    this.#loaded = true
    this.#lack = lack
    this.#rows.clear()
    for (const row of rows) this.#rows.set(row.key, row)
    becomeChildren(
      this.#about,
      about.map(([name, value]) =>
        el('li', { 'data-key': name }, el('span', { class: 'dim' }, `${name} `), el('span', {}, value)),
      ),
    )
    // What went while nobody told of it is no more either.
    if (this.#chosen !== undefined)
      this.#gone = this.#rows.has(this.#chosen) ? undefined : (this.#gone ?? { at: this.#now, seen: false })
    this.#list.set(this.#rows)
    this.#look()
    this.#draw()
  }

  take({ type, data }: News): void {
    switch (type) {
      case 'rows':
        return this.#takeRows(data)
      case 'told':
        return this.#takeTold(data)
      case 'traffic':
        if (this.#chosen !== undefined && data.keys.includes(this.#chosen)) this.#look()
        return
      case 'beat':
        this.#ahead = data.now - Date.now()
        this.#lack = data.lack
        return this.#drawLink()
      // The connection reads the list again.
      case 'reset':
    }
  }

  link(state: ConnectionState): void {
    const was = this.#state.is
    this.#state = state
    if (state.is === 'live' && was === 'live') return
    if (state.is !== was && was !== 'connecting')
      this.#announcer.say(state.is === 'live' ? 'Connected again' : 'The connection is lost')
    if (state.is === 'live') this.#look()
    this.#drawLink()
    this.#draw()
  }

  #takeRows({ rows, gone }: NewsTypes['rows']): void {
    const changed: string[] = []
    for (const row of rows) {
      const before = this.#rows.get(row.key)
      this.#rows.set(row.key, row)
      if (before?.state === row.state && before.address === row.address) continue
      changed.push(row.key)
      this.#announcer.say(
        `${row.key}: ${stateWords[row.state]}${row.state === 'ready' ? ` at ${row.address}` : ''}`,
      )
    }
    for (const key of gone) {
      if (this.#rows.delete(key)) this.#announcer.say(`${key}: gone`)
      if (key === this.#chosen) this.#gone ??= { at: this.#now, seen: true }
    }
    this.#list.set(this.#rows)
    if (changed.length > 0) this.#list.flash(changed)
    if (rows.some(({ key }) => key === this.#chosen)) {
      this.#gone = undefined
      this.#look()
    }
    this.#draw()
  }

  /** What was told is drawn at once; the rest of the Service follows. */
  #takeTold(told: NewsTypes['told']): void {
    this.#told = [...told.toReversed(), ...this.#told].slice(0, mostTold)
    const own = told.filter(({ key }) => key === this.#chosen)
    const detail = this.#detail
    if (own.length > 0 && detail !== undefined && detail.row.key === this.#chosen) {
      this.#detail = { ...detail, events: [...own.toReversed(), ...detail.events] }
      for (const { severity, reason, message } of own)
        if (severity === 'Warning') this.#announcer.say(`Warning ${reason}: ${message}`)
    }
    this.#draw()
  }

  /** Counters move by themselves. */
  get #patience(): number {
    const counted = this.#detail?.path?.listeners.some(({ counters }) => counters !== undefined)
    return counted === true ? lookAnywayMs.counted : lookAnywayMs.else
  }

  get #now(): number {
    return Date.now() + this.#ahead
  }

  #open(key: string, jump: boolean): void {
    this.#jump = jump
    if (location.hash === hashOf(key)) this.#jumpNow()
    else location.hash = hashOf(key)
  }

  /** The address says which Service is shown: it can be kept and passed on. */
  #follow(): void {
    const key = keyIn(location.hash)
    if (key === this.#chosen && key !== undefined) return
    this.#chosen = key
    this.#detail = undefined
    this.#missing = false
    this.#gone = undefined
    this.#tableLines = undefined
    this.#rates.clear()
    this.#list.chosen(key)
    document.title = key === undefined ? 'lb-controller' : `${key} – lb-controller`
    document.body.classList.toggle('chosen', key !== undefined)
    this.#main.scrollTop = 0
    this.#lookedAt = 0
    if (key === undefined) this.#draw()
    else this.#look()
  }

  /** Reads the chosen Service, now or as soon as that is due. */
  #look(): void {
    // Who serves the page is asked by the connection alone until it answers.
    if (this.#chosen === undefined || this.#lookTimer !== undefined || this.#state.is === 'lost') return
    if (!this.#loaded || !this.#rows.has(this.#chosen)) {
      this.#missing = this.#loaded && this.#detail === undefined
      return this.#draw()
    }
    const wait = this.#looking ? lookEveryMs : Math.max(0, this.#lookedAt + lookEveryMs - Date.now())
    if (wait === 0) void this.#lookNow()
    else
      this.#lookTimer = window.setTimeout(() => {
        this.#lookTimer = undefined
        this.#look()
      }, wait)
  }

  async #lookNow(): Promise<void> {
    const key = this.#chosen
    if (key === undefined) return
    this.#looking = true
    this.#lookedAt = Date.now()
    try {
      const detail = await this.#parts.readDetail(key)
      if (key !== this.#chosen) return
      this.#missing = detail === undefined && this.#detail === undefined
      if (detail !== undefined) {
        this.#rates.look(detail.path, performance.now())
        this.#detail = detail
        this.#gone = undefined
      }
    } catch {
      // The connection says that nobody answers, and what is shown stays.
    } finally {
      this.#looking = false
      if (key !== this.#chosen) this.#look()
      this.#draw()
    }
  }

  #draw(): void {
    if (this.#drawing) return
    this.#drawing = true
    window.requestAnimationFrame(() => {
      this.#drawing = false
      this.#drawNow()
    })
  }

  #drawNow(): void {
    if (this.#state.is === 'lost') this.#drawLink()
    // Then there is no list worth showing alone where one of the two has room.
    document.body.classList.toggle('bare', !this.#loaded || this.#rows.size === 0)
    // What somebody is marking stays as it is until they are done.
    const selection = getSelection()
    if (
      selection?.isCollapsed === false &&
      this.#content.contains(selection.anchorNode) &&
      this.#detail !== undefined
    )
      return
    becomeChildren(
      this.#content,
      [...this.#shown()].filter((part) => part instanceof Node),
    )
    if (this.#jump && this.#detail !== undefined) this.#jumpNow()
  }

  #shown(): ReturnType<typeof detailParts> {
    if (this.#detail === undefined) this.#memo.clear()
    if (!this.#loaded) return [this.#state.is === 'lost' ? unreachable() : skeleton()]
    if (this.#chosen === undefined) return overviewParts(this.#rows, this.#told, this.#now)
    if (this.#missing) return [missing(this.#chosen)]
    if (this.#detail === undefined) return [skeleton()]
    return detailParts({
      memo: this.#memo,
      detail: this.#detail,
      rates: this.#rates,
      width: Math.max(260, this.#content.clientWidth - (this.#narrow.matches ? 26 : 40)),
      tableLines: this.#tableLines,
      now: this.#now,
      gone: this.#gone,
    })
  }

  #jumpNow(): void {
    this.#jump = false
    document.getElementById('chosen')?.focus()
  }

  #drawLink(): void {
    const { is } = this.#state
    const text = is === 'live' ? 'live' : is === 'lost' ? 'not connected' : 'connecting'
    this.#link.className = `link ${is}`
    if (this.#link.textContent !== text) this.#link.textContent = text
    becomeChildren(this.#banner, bannersOf(this.#state, this.#loaded, this.#lack))
  }

  #toggled({ target }: Event): void {
    if (!(target instanceof HTMLDetailsElement) || target.getAttribute('data-fold') !== 'table') return
    this.#tableLines = target.open ? (this.#tableLines ?? linesMore) : undefined
    this.#draw()
  }

  #click(event: MouseEvent): void {
    const target = (event.target as Element).closest<HTMLElement>('[data-do]')
    const asked = target?.getAttribute('data-do')
    if (asked === 'try') this.#parts.tryNow()
    else if (asked === 'copy') void this.#copy(target?.getAttribute('data-text') ?? '')
    else if (asked === 'more-lines') {
      this.#tableLines = (this.#tableLines ?? 0) + linesMore
      this.#draw()
    } else if (asked === 'skip') {
      event.preventDefault()
      this.#main.focus()
    }
  }

  async #copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      this.#announcer.say(`${text} is copied`)
    } catch {
      this.#announcer.say('The browser does not let us copy')
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#help.open) return
    const writes = event.target instanceof HTMLInputElement
    if (event.key === 'Escape') this.#list.focus()
    else if (event.key === '/' && !writes) this.#list.focusFilter()
    else if (event.key === '?' && !writes) this.#help.showModal()
    else return
    event.preventDefault()
  }
}
