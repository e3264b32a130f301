import type { Nft } from '../../../src/node-proxy/nftables/nft.ts'
import { NftRefused } from '../../../src/node-proxy/nftables/nft.ts'

type Elements = Map<string, string>
export interface Table {
  readonly sets: Map<string, Elements>
  readonly chains: Map<string, string[]>
}

/** The part of nftables that our transactions use: strict where the kernel is, whole or not at all. */
export class Kernel implements Nft {
  #tables = new Map<string, Table>()
  readonly transactions: string[] = []
  /** Refuses a transaction that holds this text. */
  refuse: string | undefined
  /** Not every nft says which lines were refused in the words that we know. */
  tellsRefusals = true
  /** nft is killed while it carries out the next transaction that holds this text: whole, or nothing of it. */
  kill: { readonly text: string; readonly carriedOut: boolean } | undefined

  async run(text: string, _signal?: AbortSignal, { check = false } = {}): Promise<void> {
    const before = structuredClone(this.#tables)
    if (!check) this.transactions.push(text)
    const killed = this.kill !== undefined && text.includes(this.kill.text) ? this.kill : undefined
    try {
      if (this.refuse !== undefined && text.includes(this.refuse)) throw new NftRefused('refused', [])
      for (const statement of text.matchAll(/^(?:[^{}\n]|\{[^}]*\})+$/gm)) this.#carryOut(statement[0].trim())
      if (check || killed?.carriedOut === false) this.#tables = before
    } catch (error) {
      this.#tables = before
      throw error
    }
    if (killed === undefined) return
    this.kill = undefined
    throw new NftRefused('nft ended with SIGKILL', [], { killed: true })
  }

  /** Tries each line on what those before it have left, and keeps nothing. */
  async refusals(text: string): Promise<readonly number[]> {
    const before = structuredClone(this.#tables)
    const refused = text.split('\n').flatMap((line, at) => {
      try {
        if (line !== '') this.#carryOut(line)
        return []
      } catch {
        return [at + 1]
      }
    })
    this.#tables = before
    return this.tellsRefusals ? refused : []
  }

  async list(text: string): Promise<string> {
    const kinds = [...text.matchAll(/^list (\S+)s /gm)].map(([, kind]) => kind)
    return [...this.#tables]
      .map(([name, { sets, chains }]) => {
        const listed = [
          ...(kinds.includes('chain') ? [...chains.keys()].map((one) => `\tchain ${one} {\n\t}\n`) : []),
          ...(kinds.includes('map') ? [...sets.keys()].map((one) => `\tmap ${one} {\n\t}\n`) : []),
        ]
        return `table ${name} {\n${listed.join('')}}\n`
      })
      .join('')
  }

  async version(): Promise<string> {
    return 'nftables v1.0.6 (model)'
  }

  end(): void {}

  table(name: string): Table | undefined {
    return this.#tables.get(name)
  }

  meaning(name: string): Meaning {
    return meaningOf(this.#tables.get(name) ?? { sets: new Map(), chains: new Map() })
  }

  #carryOut(statement: string): void {
    const words = statement.split(/\s+/)
    const [verb, what, family, name] = words
    const path = `${family} ${name}`
    const fail = (why: string): never => {
      throw new NftRefused(`${why}: ${statement.slice(0, 200)}`, [{ line: 1, message: why }])
    }
    if (what === 'table') {
      if (verb === 'add' && !this.#tables.has(path))
        this.#tables.set(path, { sets: new Map(), chains: new Map() })
      if (verb === 'delete' && !this.#tables.delete(path)) fail('no such table')
      return
    }
    const table = this.#tables.get(path) ?? fail('no such table')
    const object = words[4] ?? ''
    const body = statement
      .slice(statement.indexOf(object, statement.indexOf(path) + path.length) + object.length)
      .trim()
    const users = () =>
      [...table.chains.values(), ...[...table.sets.values()].map((set) => [...set.values()])]
        .flat()
        .filter((text) => new RegExp(`(goto |jump |@)${object}( |$)`).test(text))
    if (what === 'map' || what === 'set') {
      if (verb === 'add' && !table.sets.has(object)) table.sets.set(object, new Map())
      if (verb === 'delete' && (users().length > 0 || !table.sets.delete(object))) fail('in use or not there')
    } else if (what === 'chain') {
      if (verb === 'create' && table.chains.has(object)) fail('there already')
      if (verb === 'add' && !table.chains.has(object)) table.chains.set(object, [])
      if (verb === 'flush') (table.chains.get(object) ?? fail('no such chain')).length = 0
      if (verb === 'delete' && (users().length > 0 || !table.chains.delete(object)))
        fail('in use or not there')
    } else if (what === 'rule') {
      for (const [, set = ''] of body.matchAll(/@(?!nh,)([a-z]\S*)/g))
        if (!table.sets.has(set)) fail(`no set ${set}`)
      const rules = table.chains.get(object) ?? fail('no such chain')
      if (verb === 'insert') rules.unshift(body)
      else rules.push(body)
    } else if (what === 'element') {
      const set = table.sets.get(object) ?? fail('no such set')
      for (const element of body.slice(1, -1).split(','))
        this.#element(verb, table, set, element.trim(), fail)
    } else fail('unknown')
  }

  #element(
    verb: string | undefined,
    table: Table,
    set: Elements,
    element: string,
    fail: (why: string) => never,
  ): void {
    const [key = '', value = ''] = element.split(' : ')
    if (verb === 'delete') {
      if (!set.delete(key)) fail(`no element ${key}`)
      return
    }
    if (verb === 'create' && set.has(key)) fail(`element ${key} is there already`)
    if ((set.get(key) ?? value) !== value) fail(`element ${key} has another value`)
    const target = /^goto (\S+)$/.exec(value)?.[1]
    if (target !== undefined && !table.chains.has(target)) fail(`no chain ${target}`)
    set.set(key, value)
  }
}

const number = (classid: string): number => {
  const [major = '0', minor = '0'] = classid.split(':')
  return Number.parseInt(major, 16) * 0x10000 + Number.parseInt(minor, 16)
}

interface Choice {
  readonly chain: string
  readonly slots: readonly string[]
}

/** The elements of slots, picks and ids that an entrance leads to, as `set key`. */
function choiceOf(value: string, sets: ReadonlyMap<string, Elements>): Choice {
  const code = number(value) - (number(value) % 0x100000)
  const target = [...(sets.get('dispatch') ?? [])].find(([key]) => number(key) === code)?.[1] ?? 'nothing'
  const chain = target.replace(/-g\d+$/, '').replace('goto ', '')
  const [kind, protocol, count] = chain.split('-')
  const slots: string[] = []
  const size = Number(count)
  const group = (mask: number) => {
    const low = number(value) % mask
    return `${Math.floor(low / 0x10000).toString(16)}:${(low % 0x10000).toString(16)}`
  }
  for (let at = 0; at < size; at++) {
    if (kind === 'pick') slots.push(`slots-${protocol} ${group(0x100000)} . ${at}`)
    else {
      const prefix = chain.endsWith('-local') ? 'local-' : ''
      const pick = `${group(0x10000)} . ${at}`
      slots.push(
        `${prefix}picks ${pick}`,
        `${prefix}ids-${protocol} ${sets.get(`${prefix}picks`)?.get(pick) ?? 'nothing'}`,
      )
    }
  }
  return { chain, slots }
}

const at = (sets: ReadonlyMap<string, Elements>, path: string): string => {
  const space = path.indexOf(' ')
  return sets.get(path.slice(0, space))?.get(path.slice(space + 1)) ?? `nothing at ${path}`
}

function follow(
  value: string,
  sets: ReadonlyMap<string, Elements>,
  chains: ReadonlyMap<string, readonly string[]>,
): unknown {
  const { chain, slots } = choiceOf(value, sets)
  const rules = [...chains].find(([name]) => name.replace(/-g\d+$/, '') === chain)?.[1]
  const affine = chain.startsWith('affine')
  return {
    chain,
    rules: rules?.map((rule) => rule.replaceAll(/-g\d+/g, '')) ?? [],
    endpoints: slots
      .filter((path) => /^(slots|local-ids|ids)/.test(path))
      .map((path) => at(sets, path))
      .toSorted(),
    // These outlive the process in the affinity map.
    ids: affine
      ? slots
          .filter((path) => path.includes('picks'))
          .map((path) => at(sets, path))
          .toSorted()
      : [],
  }
}

function usedIn(set: string, sets: ReadonlyMap<string, Elements>): number | undefined {
  if (!/^(slots|local-|ids|picks)/.test(set)) return undefined
  const used = new Set<string>()
  for (const entrance of ['services', 'outside', 'ports', 'outside-ports'])
    for (const value of sets.get(entrance)?.values() ?? [])
      for (const path of choiceOf(value, sets).slots) if (path.startsWith(`${set} `)) used.add(path)
  return used.size
}

type Meaning = Readonly<Record<string, unknown>>

/**
 * What packets of a family would meet, without the names and numbers that say only where it is written: each entrance
 * with its chain and endpoints, and the other sets.
 */
export function meaningOf({ sets, chains }: Table): Meaning {
  const plain = new Map([...sets].map(([set, elements]) => [set.replace(/-g\d+$/, ''), elements]))
  const meaning: Record<string, unknown> = {}
  for (const entrance of ['services', 'outside', 'ports', 'outside-ports'])
    for (const [key, value] of plain.get(entrance) ?? [])
      meaning[`${entrance} ${key}`] = follow(value, plain, chains)
  for (const [set, elements] of plain)
    if (/^(guarded|allow|cluster-addresses|hairpin)/.test(set))
      for (const key of elements.keys()) meaning[`${set} ${key}`] = true
  for (const [set, elements] of plain) {
    const used = usedIn(set, plain)
    if (used !== undefined && used !== elements.size)
      meaning[`elements of ${set} that nothing leads to`] = elements.size - used
  }
  return meaning
}
