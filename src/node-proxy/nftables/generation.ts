import type { FamilySettings, Row } from '../table/row.ts'
import { type Choice, type Element, elementsOf, shared } from './elements.ts'
import { allowance, choiceChain, choiceName, type Frame, named } from './frame.ts'
import { idsOf, type Placed, place, SetNumbers } from './placed.ts'
import { codes } from './value.ts'
import { tableOf } from './words.ts'

/** What changes rows of a generation: its text for nft, and what is remembered once nft has taken it. */
export interface Transaction {
  readonly text: string
  /** Elements added and removed. */
  readonly size: number
  commit(): void
  /** Gives back what was set aside for it. */
  abandon(): void
}

interface Chain {
  readonly choice: Choice
  readonly code: number
  users: number
  written: boolean
}

/** What we last wrote of one family: rows and their places, not their text. The kernel is never read back. */
export class Generation {
  readonly frame: Frame
  readonly #placed = new Map<string, Placed>()
  readonly #counts = new Map<string, number>()
  readonly #chains = new Map<string, Chain>()
  readonly #byCode = new Map<number, Chain>()
  readonly #freeCodes: number[] = []
  readonly #prefixes = new Set<number>()
  readonly #numbers = new SetNumbers()
  #nextCode: number = codes.first
  /** Where the looks at what is there have come to. */
  #round: MapIterator<string> | undefined

  constructor(frame: Frame) {
    this.frame = frame
  }

  get rows(): IterableIterator<string> {
    return this.#placed.keys()
  }

  get settings(): FamilySettings {
    return this.frame.settings
  }

  has(key: string): boolean {
    return this.#placed.has(key)
  }

  row(key: string): Row | undefined {
    return this.#placed.get(key)?.row
  }

  /** Elements of one row as they stand. */
  elements(key: string): readonly Element[] {
    const placed = this.#placed.get(key)
    return placed === undefined ? [] : this.#elements(placed)
  }

  /** Names of the chains that a choice is made in, those in use only. */
  get chainsInUse(): readonly string[] {
    return [...this.#chains].filter(([, chain]) => chain.users > 0).map(([name]) => named(this.frame, name))
  }

  /** Some elements that must be there, to ask the kernel about. */
  sample(): readonly Element[] {
    const [first] = this.#placed.keys()
    return first === undefined ? [] : this.elements(first).slice(0, sampleSize)
  }

  /** A removal, never to be carried out, of these rows' elements: refused where one is missing. Then of the next ones. */
  nextElements(least: number): string {
    const found = new Map<string, Element>()
    for (let looked = 0; looked < this.#placed.size && found.size < least; looked++) {
      const next = this.#round?.next()
      const key = next === undefined || next.done === true ? this.#begin() : next.value
      for (const element of this.elements(key)) found.set(idOf(element), element)
    }
    return deletion(this.frame, found.values())
  }

  #begin(): string {
    this.#round = this.#placed.keys()
    return this.#round.next().value ?? ''
  }

  /** The step from what is written to these rows; undefined is a row that goes. Throws if a row cannot be written. */
  change(rows: ReadonlyMap<string, Row | undefined>): Transaction {
    const removed = new Map<string, Element>()
    const added = new Map<string, Element>()
    const net = new Map<string, { element: Element; by: number }>()
    const count = (element: Element, by: number): void => {
      const id = idOf(element)
      const entry = net.get(id)
      if (entry === undefined) net.set(id, { element, by })
      else entry.by += by
    }
    const placed = new Map<string, Placed | undefined>()
    const abandon = (): void => {
      for (const [key, now] of placed) this.#giveBack(now, this.#placed.get(key))
    }
    const old = [...rows.keys()].flatMap((key) => this.elements(key))
    for (const element of old) {
      if (shared.has(element.set)) count(element, -1)
      else removed.set(idOf(element), element)
    }
    const users = new Map<Chain, number>()
    for (const element of old) this.#use(element, -1, users)
    try {
      for (const [key, row] of rows) {
        const now = row === undefined ? undefined : place(row, this.#placed.get(key), this.#numbers)
        placed.set(key, now)
        for (const element of now === undefined ? [] : this.#elements(now)) {
          this.#use(element, 1, users)
          const id = idOf(element)
          if (shared.has(element.set)) count(element, 1)
          else if (removed.get(id)?.value === element.value && removed.has(id)) removed.delete(id)
          else added.set(id, element)
        }
      }
    } catch (error) {
      abandon()
      throw error
    }
    for (const [id, { element, by }] of net) {
      const before = this.#counts.get(id) ?? 0
      if (before === 0 && by > 0) added.set(id, element)
      if (before > 0 && before + by === 0) removed.set(id, element)
    }
    return {
      text: this.#text(removed.values(), added.values(), users),
      size: removed.size + added.size,
      commit: () => {
        for (const [chain, by] of users) {
          chain.users += by
          chain.written ||= by > 0
        }
        for (const { set } of added.values()) {
          const prefix = prefixOf(set)
          if (prefix !== undefined) this.#prefixes.add(prefix)
        }
        for (const [id, { by }] of net) {
          const left = (this.#counts.get(id) ?? 0) + by
          if (left === 0) this.#counts.delete(id)
          else this.#counts.set(id, left)
        }
        for (const [key, now] of placed) {
          this.#giveBack(this.#placed.get(key), now)
          if (now === undefined) this.#placed.delete(key)
          else this.#placed.set(key, now)
        }
      },
      abandon,
    }
  }

  /** The numbers of one state that another does not hold. */
  #giveBack(from: Placed | undefined, kept: Placed | undefined): void {
    const holds = new Set(idsOf(kept))
    for (const id of idsOf(from)) if (!holds.has(id)) this.#numbers.giveBack(id)
  }

  /** Chains that no row uses any more, once there are some of them. */
  prune(least: number): Transaction | undefined {
    const idle = [...this.#chains].filter(([, chain]) => chain.users === 0 && chain.written)
    if (idle.length < least) return undefined
    const table = tableOf(this.frame.family)
    const elements = idle.map(([, { code }]) => `${(code * 16).toString(16)}:0`)
    return {
      text: [
        `delete element ${table} ${named(this.frame, 'dispatch')} { ${elements.join(', ')} }`,
        ...idle.map(([name]) => `delete chain ${table} ${named(this.frame, name)}`),
        '',
      ].join('\n'),
      size: idle.length,
      commit: () => {
        for (const [name, chain] of idle) {
          this.#chains.delete(name)
          this.#byCode.delete(chain.code)
          this.#freeCodes.push(chain.code)
        }
      },
      abandon: () => undefined,
    }
  }

  #elements = (placed: Placed): readonly Element[] =>
    elementsOf(placed, this.frame.settings, (choice) => this.#chain(choice).code)

  #chain(choice: Choice): Chain {
    const name = choiceName(choice)
    const known = this.#chains.get(name)
    if (known !== undefined) return known
    const code = this.#nextCode > codes.last ? this.#freeCodes.shift() : this.#nextCode++
    if (code === undefined) throw new Error(`more than ${codes.last} kinds of choices`)
    const chain: Chain = { choice, code, users: 0, written: false }
    this.#chains.set(name, chain)
    this.#byCode.set(code, chain)
    return chain
  }

  #use({ set, value }: Element, by: number, users: Map<Chain, number>): void {
    if (!entrances.has(set) || value === undefined) return
    const chain = this.#byCode.get(Number.parseInt(value, 16) >> 4)
    if (chain !== undefined) users.set(chain, (users.get(chain) ?? 0) + by)
  }

  #text(removed: Iterable<Element>, added: Iterable<Element>, users: ReadonlyMap<Chain, number>): string {
    const come = bySet(added)
    const parts: string[] = []
    for (const set of come.keys()) {
      const prefix = prefixOf(set)
      if (prefix !== undefined && !this.#prefixes.has(prefix)) parts.push(allowance(this.frame, prefix))
    }
    for (const [chain, by] of users)
      if (by > 0 && !chain.written) parts.push(choiceChain(this.frame, chain.choice, chain.code))
    const table = tableOf(this.frame.family)
    parts.push(deletion(this.frame, removed))
    for (const [set, elements] of come)
      parts.push(
        `add element ${table} ${named(this.frame, set)} {\n${elements
          .map(({ key, value }) => (value === undefined ? key : `${key} : ${value}`))
          .join(',\n')}\n}\n`,
      )
    return parts.join('')
  }
}

const sampleSize = 8

const deletion = (frame: Frame, elements: Iterable<Element>): string =>
  Array.from(
    bySet(elements),
    ([set, each]) =>
      `delete element ${tableOf(frame.family)} ${named(frame, set)} {\n${each.map(({ key }) => key).join(',\n')}\n}\n`,
  ).join('')

const entrances: ReadonlySet<string> = new Set(['services', 'outside', 'ports', 'outside-ports'])

const idOf = ({ set, key }: Element): string => `${set} ${key}`

const prefixOf = (set: string): number | undefined =>
  set.startsWith('allow') ? Number(set.slice('allow'.length)) : undefined

function bySet(elements: Iterable<Element>): ReadonlyMap<string, readonly Element[]> {
  const sets = new Map<string, Element[]>()
  for (const element of elements) {
    const list = sets.get(element.set)
    if (list === undefined) sets.set(element.set, [element])
    else list.push(element)
  }
  return sets
}
