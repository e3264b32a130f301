import type { AnnotationSpec, AnnotationTable } from '../model/annotations.ts'
import type { ServiceObject } from '../model/objects.ts'
import { hasError, type Problem } from '../model/problem.ts'
import { shapeOf } from '../model/service-shape.ts'
import { liesWithin } from '../plan/place.ts'
import { asksOf, mixedProtocols, stripped, withValue, type Ask } from './asks.ts'
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

interface ComparedRow {
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

const holdsAnyway = 'what it asks for holds anyway'

/** A row for what no single ask is to blame for. */
const whole: Ask = { id: 'service', label: 'the Service', written: '', paths: [] }

/** What each cloud makes of each thing that a Service asks for: found by planning it with and without that thing. */
export function compare(given: ServiceObject, clouds: readonly ComparedCloud[]): readonly ComparedRow[] {
  const { service = given, problems } = shapeOf(given)
  const [misshapen] = problems
  // What cannot be read asks for nothing that could be told apart.
  if (misshapen !== undefined) return [{ ask: whole, cells: clouds.map(() => refusedBy(misshapen)) }]
  const asks = asksOf(
    service,
    clouds.map(({ table }) => table),
  )
  const columns = clouds.map((cloud) => new Column(service, asks, cloud))
  const rows = asks.map((ask) => ({ ask, cells: columns.map((column) => column.cell(ask)) }))
  if (columns.every((column) => column.rest.length === 0)) return rows
  return [{ ask: whole, cells: columns.map((column) => column.service()) }, ...rows]
}

/** A Service as it was planned, without some of what it asks for. */
interface Attempt {
  readonly service: ServiceObject
  readonly without: readonly Ask[]
  readonly trial: Trial
}

/** One cloud's answers on one Service. */
class Column {
  readonly #service: ServiceObject
  readonly #asks: readonly Ask[]
  readonly #cloud: ComparedCloud
  readonly #refused = new Map<Ask, Problem>()
  /** With everything. */
  readonly #full: Attempt
  /** With everything that is not refused. */
  readonly #base: Attempt
  /** What is wrong and cannot be taken away by leaving one ask out. */
  readonly rest: readonly Problem[]

  constructor(service: ServiceObject, asks: readonly Ask[], cloud: ComparedCloud) {
    this.#service = service
    this.#asks = asks
    this.#cloud = cloud
    this.#full = this.#try([])
    let attempt = this.#full
    for (let last = -1; isRefused(attempt.trial) && last < this.#refused.size;) {
      last = this.#refused.size
      const before = new Set(this.#refused.keys())
      for (const problem of errorsOf(attempt.trial)) {
        const ask =
          asks.find((one) => one.blamedAt?.test(problem.path) === true && !before.has(one)) ??
          asks.find((one) => this.#isAt(problem, one, attempt))
        if (ask !== undefined && !this.#refused.has(ask)) this.#refused.set(ask, problem)
      }
      attempt = this.#try([...this.#refused.keys()])
    }
    this.#base = attempt
    this.rest = isRefused(attempt.trial) ? errorsOf(attempt.trial) : []
  }

  /** Whether it is planned at all. */
  service(): Cell {
    const [problem] = this.rest
    if (problem !== undefined) return refusedBy(problem)
    return this.#refused.size === 0
      ? { word: 'done', sentence: 'it is planned as it is' }
      : { word: 'refused', sentence: 'it is planned without what is refused below' }
  }

  cell(ask: Ask): Cell {
    const problem = this.#refused.get(ask) ?? this.rest[0] ?? this.#refusedMix(ask)
    if (problem !== undefined) return refusedBy(problem)
    const base = this.#baseFor(ask)
    const [stuck] = isRefused(base.trial) ? errorsOf(base.trial) : []
    if (stuck !== undefined) return refusedBy(stuck)
    const said = [this.#full, base].flatMap((attempt) =>
      attempt.trial.problems.filter((one) => one.severity !== 'error' && this.#isAt(one, ask, attempt)),
    )
    const emulated = said.find(({ code }) => code === 'LB_EMULATED')
    if (emulated !== undefined) return { word: 'emulated', sentence: emulated.message }
    const found = difference(base.trial.picture, this.#without(ask, base), this.#pathsOf(ask, base))
    const complaint = said.find(({ severity }) => severity === 'warning') ?? said[0]
    if (found === undefined) return this.#unchanged(ask, base, complaint)
    const but = complaint?.severity === 'warning' ? `; but ${complaint.message}` : ''
    return { word: 'done', sentence: found + but }
  }

  /** The plan is the same without it: nobody listens, or it asks for what holds anyway. */
  #unchanged(ask: Ask, base: Attempt, complaint: Problem | undefined): Cell {
    const because = complaint === undefined ? undefined : sentenceOf(complaint)
    if (
      because !== undefined &&
      (complaint?.severity === 'warning' || complaint?.code === 'LB_ANNOTATION_FOREIGN')
    )
      return { word: 'ignored', sentence: because }
    if (this.#isHarmless(ask)) return { word: 'done', sentence: holdsAnyway }
    if (ask.id === 'class') return { word: 'done', sentence: 'this is a class of this controller' }
    if (this.#listens(ask, base)) return { word: 'done', sentence: holdsAnyway }
    return { word: 'ignored', sentence: because ?? 'the plan is the same without it' }
  }

  #rowOf(key: string): AnnotationSpec<unknown> | undefined {
    return Object.values(this.#cloud.table).find(
      (one) => one.key === key || one.portable?.key === key || one.family?.test(key) === true,
    )
  }

  /** A key without effect here, with a value that asks for none. */
  #isHarmless({ key }: Ask): boolean {
    if (key === undefined) return false
    const verdict = this.#rowOf(key)?.verdict
    if (verdict === undefined || verdict.is === 'implemented' || verdict.harmless === 'all') return false
    const written = this.#service.metadata.annotations?.[key] ?? ''
    return verdict.harmless?.includes(written.trim().toLowerCase()) === true
  }

  /** Whether another value of the annotation would change the plan, or contradict another key that asks for the same. */
  #listens({ key }: Ask, base: Attempt): boolean {
    if (key === undefined) return false
    const row = this.#rowOf(key)
    if (row === undefined) return false
    const words = key === row.portable?.key ? row.portable.type.accepts : row.type.accepts
    const values = [row.example, 'true', 'false', ...words.split(/[\s,"`]+/)].slice(0, mostTried)
    return values.some((value) => {
      const trial = this.#cloud.plan(withValue(base.service, key, value))
      return isRefused(trial)
        ? errorsOf(trial).some(({ code }) => code === 'LB_ANNOTATION_CONFLICT')
        : difference(trial.picture, base.trial.picture, []) !== undefined
    })
  }

  /** The plan without an ask. What is wrong only because it is missing goes with it; without its last port nothing is left. */
  #without(ask: Ask, base: Attempt): Picture {
    if (ask.port !== undefined && (base.service.spec?.ports ?? []).length <= 1) return nothing
    const attempt = this.#try([...base.without, ask])
    if (!isRefused(attempt.trial)) return attempt.trial.picture
    const also = this.#asks.filter((one) =>
      errorsOf(attempt.trial).some((problem) => this.#isAt(problem, one, attempt)),
    )
    const again = this.#try([...attempt.without, ...also])
    return isRefused(again.trial) ? nothing : again.trial.picture
  }

  /** Where protocols may not mix, each port is answered among those of its own. */
  #baseFor(ask: Ask): Attempt {
    const mix = this.#mix()
    if (ask.port === undefined || mix === undefined || !this.#refused.has(mix)) return this.#base
    const protocol = this.#protocolOf(ask)
    const others = this.#asks.filter((one) => one.port !== undefined && this.#protocolOf(one) !== protocol)
    return this.#try([...this.#refused.keys(), ...others].filter((one) => one !== mix))
  }

  /** A mix is refused with the port that makes it one. */
  #refusedMix(ask: Ask): Problem | undefined {
    if (ask !== this.#mix()) return undefined
    const kept = this.#asks.filter((one) => one.port !== undefined && !this.#refused.has(one))
    if (new Set(kept.map((one) => this.#protocolOf(one))).size > 1) return undefined
    return [...this.#refused].find(([{ port }]) => port !== undefined)?.[1]
  }

  #mix(): Ask | undefined {
    return this.#asks.find(({ id }) => id === mixedProtocols)
  }

  #protocolOf({ port = -1 }: Ask): string {
    return this.#service.spec?.ports?.[port]?.protocol ?? 'TCP'
  }

  #try(without: readonly Ask[]): Attempt {
    const service = without.length === 0 ? this.#service : stripped(this.#service, without)
    return { service, without, trial: this.#cloud.plan(service) }
  }

  /** Where an ask is written in an attempt: ports move up where others before them are left out. */
  #pathsOf({ port, paths }: Ask, { service }: Attempt): readonly string[] {
    const original = port === undefined ? undefined : this.#service.spec?.ports?.[port]
    if (original === undefined) return paths
    return [`spec.ports[${(service.spec?.ports ?? []).indexOf(original)}]`]
  }

  /** Written there, or within it. That ports do not mix is said of all of them. */
  #isAt({ path }: Problem, ask: Ask, attempt: Attempt): boolean {
    return this.#pathsOf(ask, attempt).some((written) =>
      ask.id === mixedProtocols ? path === written : liesWithin(path, written),
    )
  }
}

const isRefused = (trial: Trial): boolean => trial.outcome !== 'planned'

/** A Service that is left to another controller is refused by its class. */
const errorsOf = ({ outcome, note = '', problems }: Trial): readonly Problem[] =>
  outcome === 'none'
    ? [{ code: '', severity: 'error', path: 'spec.loadBalancerClass', message: note }]
    : problems.filter((problem) => hasError([problem]))

const refusedBy = (problem: Problem): Cell => ({ word: 'refused', sentence: sentenceOf(problem) })

const sentenceOf = ({ message, hint }: Problem): string =>
  hint === undefined ? message : `${message}: ${hint}`
