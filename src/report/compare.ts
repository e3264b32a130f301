import type { AnnotationTable } from '../model/annotations.ts'
import type { ServiceObject } from '../model/objects.ts'
import { hasError, type Problem } from '../model/problem.ts'
import { liesWithin } from '../plan/place.ts'
import { asksOf, stripped, withValue, type Ask } from './asks.ts'
import { difference, nothing, type Picture } from './differences.ts'

/**
 * `done`: the plan has it. `emulated`: it is brought about by other means. `ignored`: the plan is the same without it.
 * `refused`: the Service gets nothing while it asks for this.
 */
export type Word = 'done' | 'emulated' | 'ignored' | 'refused'

export interface Cell {
  readonly word: Word
  readonly sentence: string
}

export interface ComparedRow {
  readonly ask: Ask
  /** One for each cloud, in their order. */
  readonly cells: readonly Cell[]
}

export interface ComparedService {
  readonly service: string
  /** Set for a Service that asks for no load balancer at all: why. */
  readonly none?: string
  readonly rows: readonly ComparedRow[]
}

export interface Comparison {
  readonly clouds: readonly string[]
  readonly services: readonly ComparedService[]
}

/** One Service planned alone: what comes of it, or why nothing does. */
export interface Trial {
  readonly outcome: 'planned' | 'none' | 'invalid'
  readonly note?: string
  readonly problems: readonly Problem[]
  readonly picture: Picture
}

export interface ComparedCloud {
  readonly name: string
  readonly table: AnnotationTable
  readonly plan: (service: ServiceObject) => Trial
}

/** Other values of an annotation, taken from the words that say what it accepts. */
const mostTried = 16

/** A row for what no single ask is to blame for. */
const whole: Ask = { id: 'service', label: 'the Service', written: '', paths: [] }

/** What each cloud makes of each thing that a Service asks for: found by planning it with and without that thing. */
export function compare(service: ServiceObject, clouds: readonly ComparedCloud[]): readonly ComparedRow[] {
  const asks = asksOf(
    service,
    clouds.map(({ table }) => table),
  )
  const columns = clouds.map((cloud) => new Column(service, asks, cloud))
  const rows = asks.map((ask) => ({ ask, cells: columns.map((column) => column.cell(ask)) }))
  if (columns.every((column) => column.rest.length === 0)) return rows
  return [{ ask: whole, cells: columns.map((column) => column.service()) }, ...rows]
}

/** One cloud's answers on one Service. */
class Column {
  readonly #service: ServiceObject
  readonly #cloud: ComparedCloud
  readonly #refused = new Map<Ask, Problem>()
  /** The plan with everything that is not refused. */
  readonly #base: Trial
  readonly #full: Trial
  /** What is wrong and cannot be taken away by leaving one ask out. */
  readonly rest: readonly Problem[]

  constructor(service: ServiceObject, asks: readonly Ask[], cloud: ComparedCloud) {
    this.#service = service
    this.#cloud = cloud
    this.#full = this.#plan(service)
    let trial = this.#full
    for (let last = -1; isRefused(trial) && last < this.#refused.size;) {
      last = this.#refused.size
      for (const problem of errorsOf(trial)) {
        const ask = blamed(problem, asks)
        if (ask !== undefined && !this.#refused.has(ask)) this.#refused.set(ask, problem)
      }
      trial = this.#plan(this.#without([]))
    }
    this.#base = trial
    this.rest = isRefused(trial) ? errorsOf(trial) : []
  }

  /** Whether it is planned at all. */
  service(): Cell {
    const [problem] = this.rest
    if (problem !== undefined) return { word: 'refused', sentence: sentenceOf(problem) }
    return this.#refused.size === 0
      ? { word: 'done', sentence: 'it is planned as it is' }
      : { word: 'refused', sentence: 'it is planned without what is refused below' }
  }

  cell(ask: Ask): Cell {
    const refusal = this.#refused.get(ask)
    if (refusal !== undefined) return { word: 'refused', sentence: sentenceOf(refusal) }
    const [stuck] = this.rest
    if (stuck !== undefined) return { word: 'refused', sentence: sentenceOf(stuck) }
    const said = [...this.#full.problems, ...this.#base.problems].filter(
      ({ path, severity }) => severity !== 'error' && isAt(path, ask),
    )
    const emulated = said.find(({ code }) => code === 'LB_EMULATED')
    if (emulated !== undefined) return { word: 'emulated', sentence: emulated.message }
    const found = difference(this.#base.picture, this.#pictureWithout(ask), ask.paths)
    const complaint = said.find(({ severity }) => severity === 'warning') ?? said[0]
    if (found === undefined) return this.#unchanged(ask, complaint)
    const but = complaint?.severity === 'warning' ? `; but ${complaint.message}` : ''
    return { word: 'done', sentence: found + but }
  }

  /** The plan is the same without it: nobody listens, or it asks for what holds anyway. */
  #unchanged(ask: Ask, complaint: Problem | undefined): Cell {
    if (
      complaint !== undefined &&
      (complaint.severity === 'warning' || complaint.code === 'LB_ANNOTATION_FOREIGN')
    )
      return { word: 'ignored', sentence: sentenceOf(complaint) }
    const unmixed = ask.id === 'mixed-protocols' ? this.#refusedPort() : undefined
    if (unmixed !== undefined) return { word: 'refused', sentence: sentenceOf(unmixed) }
    if (ask.id === 'class') return { word: 'done', sentence: 'this is a class of this controller' }
    if (this.#listens(ask)) return { word: 'done', sentence: 'what it asks for holds anyway' }
    return {
      word: 'ignored',
      sentence: complaint === undefined ? 'the plan is the same without it' : sentenceOf(complaint),
    }
  }

  /** Whether another value of the annotation would change the plan, or contradict another key that asks for the same. */
  #listens(ask: Ask): boolean {
    const { key } = ask
    if (key === undefined) return false
    const row = Object.values(this.#cloud.table).find(
      (one) => one.key === key || one.portable?.key === key || one.family?.test(key) === true,
    )
    if (row === undefined) return false
    const words = key === row.portable?.key ? row.portable.type.accepts : row.type.accepts
    const values = [row.example, 'true', 'false', ...words.split(/[\s,"`]+/)].slice(0, mostTried)
    return values.some((value) => {
      const trial = this.#plan(withValue(this.#without([]), key, value))
      return isRefused(trial)
        ? errorsOf(trial).some(({ code }) => code === 'LB_ANNOTATION_CONFLICT')
        : difference(trial.picture, this.#base.picture, []) !== undefined
    })
  }

  /** The plan without an ask. What is wrong only because it is missing goes with it. */
  #pictureWithout(ask: Ask): Picture {
    if (ask.port !== undefined && this.#lastPort(ask)) return nothing
    const trial = this.#plan(this.#without([ask]))
    if (!isRefused(trial)) return trial.picture
    const also = asksOf(this.#service, [this.#cloud.table]).filter((one) =>
      errorsOf(trial).some(({ path }) => isAt(path, one)),
    )
    const again = this.#plan(this.#without([ask, ...also]))
    return isRefused(again) ? nothing : again.picture
  }

  /** Why a port is refused: what is left may be of one protocol. */
  #refusedPort(): Problem | undefined {
    return [...this.#refused].find(([{ port }]) => port !== undefined)?.[1]
  }

  #lastPort(ask: Ask): boolean {
    const refused = [...this.#refused.keys()].filter(({ port }) => port !== undefined && port !== ask.port)
    return (this.#service.spec?.ports ?? []).length - refused.length <= 1
  }

  #without(asks: readonly Ask[]): ServiceObject {
    return stripped(this.#service, [...this.#refused.keys(), ...asks])
  }

  #plan(service: ServiceObject): Trial {
    return this.#cloud.plan(service)
  }
}

const isRefused = (trial: Trial): boolean => trial.outcome !== 'planned'

/** A Service that is left to another controller is refused by its class. */
const errorsOf = ({ outcome, note = '', problems }: Trial): readonly Problem[] =>
  outcome === 'none'
    ? [{ code: '', severity: 'error', path: 'spec.loadBalancerClass', message: note }]
    : problems.filter((problem) => hasError([problem]))

/** Written there, or within it. */
const isAt = (path: string, ask: Ask): boolean =>
  ask.paths.some((written) => (ask.id === 'mixed-protocols' ? path === written : liesWithin(path, written)))

const blamed = ({ path }: Problem, asks: readonly Ask[]): Ask | undefined =>
  asks.find((ask) => isAt(path, ask))

const sentenceOf = ({ message, hint }: Problem): string =>
  hint === undefined ? message : `${message}: ${hint}`
