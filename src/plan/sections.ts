import type { Plan, Step } from './plan.ts'
import type { Owner } from './resource.ts'

/** The steps of one Service, or of objects that several share. */
export interface Section {
  readonly title: string
  /** Set for a section of one Service. */
  readonly owner?: Owner
  readonly steps: Step[]
}

/** One per Service, those of `first` before others, then one per set of Services that share objects. */
export function sectionsOf(steps: readonly Step[], first: readonly Owner[]): readonly Section[] {
  const own = new Map<string, Section>()
  const shared = new Map<string, Section>()
  for (const owner of first) own.set(owner.uid, { title: owner.name, owner, steps: [] })
  for (const step of steps) {
    const [owner, another] = step.owners
    const single = owner !== undefined && another === undefined
    const key = single ? owner.uid : step.owners.map(({ uid }) => uid).join(' ')
    const sections = single ? own : shared
    let section = sections.get(key)
    if (section === undefined) {
      section = single
        ? { title: owner.name, owner, steps: [] }
        : { title: sharedTitle(step.owners), steps: [] }
      sections.set(key, section)
    }
    section.steps.push(step)
  }
  const listed = [...own.values()]
  const count = new Set(first.map(({ uid }) => uid)).size
  const late = listed.slice(count).toSorted(byTitle)
  return [...listed.slice(0, count), ...late, ...[...shared.values()].toSorted(byTitle)]
}

const byTitle = (a: Section, b: Section): number => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0)

function sharedTitle(owners: readonly Owner[]): string {
  if (owners.length === 0) return 'shared'
  const names = owners.map(({ name }) => name)
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return `shared by ${names.slice(0, 3).join(', ')}${more}`
}

/** `aws: 7 to create, 1 to change, 2 to delete, 1 waiting`. */
export function summaryOf(plan: Pick<Plan, 'provider' | 'steps'>): string {
  const count = (wanted: (step: Step) => boolean): number => plan.steps.filter(wanted).length
  const counts: readonly (readonly [number, string])[] = [
    [count((step) => step.action === 'create'), 'to create'],
    [count((step) => step.action === 'update'), 'to change'],
    [count((step) => step.action === 'repair'), 'to repair'],
    [count((step) => step.action === 'delete'), 'to delete'],
    [count((step) => step.hold !== undefined), 'waiting'],
  ]
  const said = counts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`)
  return `${plan.provider}: ${said.length === 0 ? 'nothing to do' : said.join(', ')}`
}
