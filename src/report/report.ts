import type { Located } from '../config/located.ts'
import type { Owner } from '../model/load-balancer.ts'
import type { Problem } from '../model/problem.ts'
import type { Plan } from '../plan/plan.ts'
import type { Resource } from '../plan/resource.ts'

/** What became of one Service on one cloud. `none`: it asks for no load balancer. */
export interface ServiceReport {
  readonly owner: Owner
  readonly outcome: 'planned' | 'none' | 'invalid'
  readonly note?: string
  readonly problems: readonly Located[]
  /** What it contributes to the plan; its origins tell which line a problem belongs to. */
  readonly resources: readonly Resource[]
}

/** What became of all Services on one cloud. */
export interface CloudReport {
  readonly provider: string
  /** Whether `run` can carry this out too. */
  readonly live: boolean
  /** How many nodes were given; undefined where nobody said. */
  readonly nodes?: number
  readonly services: readonly ServiceReport[]
  readonly plan: Plan
  /** Of no Service: facts that cannot be used. */
  readonly problems: readonly Located[]
}

/** Everything that a dry run found out, whatever form it is shown in. */
export interface Report {
  readonly clouds: readonly CloudReport[]
  /** Of files, settings and flags: nothing was planned from these. */
  readonly problems: readonly Located[]
  /** Objects in the files that are no Services, by kind. */
  readonly skipped: ReadonlyMap<string, number>
  /** The tree leaves out Services of which there is nothing to say, and counts them. */
  readonly onlyChanges?: true
  /** Said where the clouds were neither asked for nor found out. */
  readonly everyCloud?: string
}

/** A problem once, with all the clouds that have it. */
export interface Said extends Located {
  readonly clouds: readonly string[]
  readonly service?: string
}

/** Every problem once, in the order of the files as given, and in a file from top to bottom: as a reader meets them. */
export function problemsOf(report: Report): readonly Said[] {
  const said = new Map<string, { -readonly [Key in keyof Said]: Said[Key] }>()
  const add = (located: Located, cloud?: string, service?: string): void => {
    const { problem, place = '', line = 0, column = 0 } = located
    const { code, severity, path, message } = problem
    const id = [place, line, column, service ?? '', code, severity, path, message].join('\u0000')
    const before = said.get(id)
    if (before === undefined)
      said.set(id, {
        ...located,
        clouds: cloud === undefined ? [] : [cloud],
        ...(service === undefined ? {} : { service }),
      })
    else if (cloud !== undefined && !before.clouds.includes(cloud)) before.clouds = [...before.clouds, cloud]
  }
  for (const located of report.problems) add(located)
  for (const { provider, services, problems } of report.clouds) {
    for (const service of services)
      for (const located of service.problems) add(located, provider, service.owner.name)
    for (const located of problems) add(located, provider)
  }
  return inOrder([...said.values()])
}

function inOrder(problems: readonly Said[]): readonly Said[] {
  const order = new Map<string | undefined, number>()
  for (const { place } of problems) if (!order.has(place)) order.set(place, order.size)
  return problems.toSorted(
    (a, b) =>
      (order.get(a.place) ?? 0) - (order.get(b.place) ?? 0) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  )
}

/** `edge.yaml:7:5`. */
export const sourceOf = ({ place, line, column }: Located): string =>
  [place, line, column].filter((part) => part !== undefined).join(':')

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

const severities: readonly Problem['severity'][] = ['error', 'warning', 'note']

/** `2 errors (LB_PORT_RANGE 2)`, `3 notes (LB_EMULATED 2, LB_EXTERNAL_IPS)`; nothing where nothing is wrong. */
export function problemCounts(problems: readonly Located[]): readonly string[] {
  return severities.flatMap((severity) => {
    const of = problems.filter(({ problem }) => problem.severity === severity)
    if (of.length === 0) return []
    const codes = [...Map.groupBy(of, ({ problem }) => problem.code)]
      .toSorted(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1))
      .map(([code, { length }]) => (length === 1 ? code : `${code} ${length}`))
    return [`${plural(of.length, severity)} (${codes.join(', ')})`]
  })
}

/** `2 of 3 Services not planned, 1 asks for no load balancer`; empty where all are planned. */
export function outcomesText(services: readonly ServiceReport[]): string {
  const count = (outcome: ServiceReport['outcome']): number =>
    services.filter((service) => service.outcome === outcome).length
  const all = services.length
  const [invalid, none] = [count('invalid'), count('none')]
  const ofAll = (some: number): string =>
    all === 1 ? '1 Service' : some === all ? `all ${all} Services` : `${some} of ${all} Services`
  return [
    ...(invalid === 0 ? [] : [`${ofAll(invalid)} not planned`]),
    ...(none === 0 ? [] : [`${ofAll(none)} without a load balancer`]),
  ].join(', ')
}
