import { lookup, soa } from './lookup.ts'
import { ttl, zone, type Alias, type Data, type Names } from './names.ts'

export interface Question {
  readonly name: string
  readonly type: string
}

export type Told = Data & { readonly name: string; readonly ttl: number }

export interface Answer {
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'REFUSED'
  readonly answers: readonly Told[]
  /** Why nothing is told: how long that may be believed. */
  readonly authorities: readonly Told[]
  /** What the asker would ask for next. */
  readonly additionals: readonly Told[]
}

/** So many names may stand for each other. */
const mostSteps = 8

const told = (name: string, data: Data): Told => ({ ...data, name, ttl })
const nothing: readonly Told[] = [told(zone, { type: 'SOA', data: soa })]

/** Names are the same in upper and lower case, and come back as they were asked for. */
export function answer({ name: asked, type }: Question, names: Names): Answer {
  const answers: Told[] = []
  let name = asked
  for (let step = 0; step < mostSteps; step++) {
    const entry = lookup(name.toLowerCase(), names)
    // Where a name that stands for another one leads out of here, the other one is told.
    if (entry === 'foreign' && answers.length === 0)
      return { code: 'REFUSED', answers, authorities: [], additionals: [] }
    if (entry === 'foreign') return { code: 'NOERROR', answers, authorities: [], additionals: [] }
    if (entry === 'absent') return { code: 'NXDOMAIN', answers, authorities: nothing, additionals: [] }
    const own = entry.filter((data) => type === 'ANY' || data.type === type)
    answers.push(...own.map((data) => told(name, data)))
    const alias = entry.find((data): data is Alias => data.type === 'CNAME')
    if (own.length > 0 || alias === undefined) break
    answers.push(told(name, alias))
    name = alias.data
  }
  const authorities = answers.some((one) => one.type === type || type === 'ANY') ? [] : nothing
  return { code: 'NOERROR', answers, authorities, additionals: targetsOf(answers, names) }
}

function targetsOf(answers: readonly Told[], names: Names): readonly Told[] {
  const targets = new Set(answers.flatMap((one) => (one.type === 'SRV' ? [one.data.target] : [])))
  return [...targets].flatMap((target) => {
    const entry = lookup(target.toLowerCase(), names)
    if (typeof entry === 'string') return []
    return entry.filter(({ type }) => type === 'A' || type === 'AAAA').map((data) => told(target, data))
  })
}
