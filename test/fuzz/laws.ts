/** What holds for every Service and every cloud, whatever is written on it. Each law answers what breaks it. */
import { isDeepStrictEqual } from 'node:util'
import { isObject } from '../../src/lib/json.ts'
import type { ServiceObject } from '../../src/model/objects.ts'
import { problemCodes } from '../../src/model/problem-codes.ts'
import type { Problem } from '../../src/model/problem.ts'
import { indexOf } from '../../src/model/table-index.ts'
import { planOffline } from '../../src/plan/offline.ts'
import type { Plan } from '../../src/plan/plan.ts'
import type { Blueprint } from '../../src/provider/blueprint.ts'
import { contribute, type Contributed, type World } from '../support/plan-service.ts'
import { applied } from './applied.ts'
import { letIn, readAll } from './peers.ts'
import type { Random } from './random.ts'
import { covered, readRange } from './ranges.ts'

interface Tried {
  readonly blueprint: Blueprint
  readonly service: ServiceObject
  readonly world: World
  readonly random: Random
}

export interface Verdict {
  readonly planned: boolean
  readonly broken?: string
}

export function judge(tried: Tried): Verdict {
  const { blueprint, service, world } = tried
  const made = contribute(blueprint, service, world)
  const { contribution, problems } = made
  const known = problems.map((problem) => unexplained(problem, tried)).find((why) => why !== undefined)
  if (known !== undefined) return { planned: false, broken: known }
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (contribution === undefined)
    return errors.length > 0 ? { planned: false } : { planned: false, broken: 'refused without an error' }
  const plan = planOffline(blueprint, [contribution], world.observed)
  const broken =
    widened(plan, problems, tried) ??
    unserialisable(plan) ??
    uncanonical(made, blueprint) ??
    restless(made, tried) ??
    undetermined(plan, tried)
  return { planned: true, ...(broken === undefined ? {} : { broken }) }
}

const fields =
  /^(?:metadata(?:\.(?:name|namespace|uid|creationTimestamp|labels|annotations))?|spec(?:\.[a-zA-Z]+(?:\[\d+\])?(?:\.[a-zA-Z]+)*)?)$/

/** Every problem has a code that is explained, and a place in the Service. */
function unexplained(
  { code, path, severity, message }: Problem,
  { service, blueprint }: Tried,
): string | undefined {
  if (problemCodes[code] === undefined) return `the code ${code} is not explained`
  if (message.trim() === '') return `${code} says nothing`
  if (path === '') return severity === 'error' ? `${code} has no path` : undefined
  const [, key] = /^metadata\.annotations\[("(?:[^"\\]|\\.)*")\]$/.exec(path) ?? []
  if (key === undefined)
    return fields.test(path) || path.startsWith(`${blueprint.name}.`)
      ? undefined
      : `${code} has the path ${path}`
  const name = JSON.parse(key) as string
  const could =
    name in (service.metadata.annotations ?? {}) || indexOf(blueprint.annotations).nameOf(name) !== undefined
  return could ? undefined : `${code} has the path of an annotation that there is not: ${path}`
}

const rangeKeys = [
  'lb-controller.io/source-ranges',
  'service.beta.kubernetes.io/load-balancer-source-ranges',
] as const

/** Who is let in by ranges, in the Service's own words; undefined where everybody is. */
function asked({ service }: Tried): readonly string[] | undefined {
  const field = service.spec?.loadBalancerSourceRanges ?? []
  const notes = Object.entries(service.metadata.annotations ?? {})
  const keyed = notes.filter(
    ([key]) =>
      (field.length === 0 && rangeKeys.some((one) => one === key)) || key.endsWith('azure-allowed-ip-ranges'),
  )
  const listed = keyed.flatMap(([, value]) =>
    value
      .split(',')
      .map((text) => text.trim())
      .filter((text) => text !== ''),
  )
  return field.length + keyed.length === 0 ? undefined : [...field, ...listed]
}

/** What warns at its own key that the user's own rules decide who connects. */
const heldByOthers: ReadonlySet<string> = new Set(['LB_SECURITY_RULES_DISABLED'])

const isRangePath = (path: string): boolean =>
  path.startsWith('spec.loadBalancerSourceRanges') || rangeKeys.some((key) => path.includes(key))

function widened(plan: Plan, problems: readonly Problem[], tried: Tried): string | undefined {
  const wanted = asked(tried)
  if (wanted === undefined) return undefined
  const bad = wanted.find((text) => readRange(text) === undefined)
  if (bad !== undefined) return `planned with the range ${JSON.stringify(bad)}`
  const outer = readAll(wanted)
  const { ranges, own, names } = letIn(plan.steps, tried.world.facts ?? {})
  const clients = ranges.filter((text) => !own.has(text))
  const wide = clients.find((text) => readAll([text]).some((range) => !covered(range, outer)))
  if (wide !== undefined) return `lets in ${wide}, and only ${wanted.join(', ')} were asked for`
  const written = Object.values(tried.service.metadata.annotations ?? {}).join(',')
  const stranger = names.find((name) => !written.includes(name))
  if (stranger !== undefined) return `lets in ${stranger}, which nobody asked for`
  // A warning at the ranges says that they are held elsewhere, or nowhere.
  const told = problems.some(
    ({ severity, path, code }) => severity === 'warning' && (isRangePath(path) || heldByOthers.has(code)),
  )
  const held = readAll(ranges)
  const lost = outer.findIndex((range) => !covered(range, held))
  // Without a node there may be nothing that could hold anybody back.
  const nowhere = tried.world.nodes?.length === 0
  return lost < 0 || told || nowhere
    ? undefined
    : `${wanted[lost]} was asked for, and nothing in the plan says so`
}

const unserialisable = (plan: Plan): string | undefined => {
  const strange = strangeIn(plan.steps, 'steps')
  return strange === undefined ? undefined : `no JSON: ${strange}`
}

function strangeIn(value: unknown, path: string): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`
  if (!Array.isArray(value) && !isObject(value)) return `${path} is ${typeof value}`
  for (const [key, item] of Object.entries(value)) {
    const strange = strangeIn(item, `${path}.${key}`)
    if (strange !== undefined) return strange
  }
  return undefined
}

function uncanonical({ resources }: Contributed, { kinds }: Blueprint): string | undefined {
  for (const { kind, key, spec } of resources) {
    const form = kinds[kind]
    if (form === undefined) return `there is no kind ${kind}`
    const once = form.canonical(spec)
    if (!isDeepStrictEqual(form.canonical(once), once))
      return `the canonical form of ${kind} ${key} changes when taken twice`
  }
  return undefined
}

const stepsText = ({ steps }: Plan): string =>
  steps
    .slice(0, 3)
    .map(({ id, fields: changed, parts }) => `${id} ${JSON.stringify(changed ?? parts)}`.slice(0, 600))
    .join('; ')

/** What was made as planned needs nothing more. */
function restless({ contribution }: Contributed, { blueprint, service, world }: Tried): string | undefined {
  if (contribution === undefined) return undefined
  const observed = [...(world.observed ?? []), ...applied(blueprint, [contribution])]
  const again = planOffline(blueprint, [contribution], observed)
  if (again.steps.length > 0) return `made as planned, it still wants: ${stepsText(again)}`
  // What nobody knows yet is in no cloud: deciding beside it would be about another world.
  if (JSON.stringify(observed).includes('"$unknown"')) return undefined
  const anew = contribute(blueprint, service, { ...world, observed })
  if (anew.contribution === undefined)
    return `refused once it is made: ${JSON.stringify(anew.problems.filter(({ severity }) => severity === 'error'))}`
  const second = planOffline(blueprint, [anew.contribution], observed)
  return second.steps.length > 0
    ? `decided anew beside what it made, it wants: ${stepsText(second)}`
    : undefined
}

/** The order of fields and annotations says nothing. */
function undetermined(plan: Plan, { blueprint, service, world, random }: Tried): string | undefined {
  const other = contribute(blueprint, shuffledFields(service, random), world)
  if (other.contribution === undefined) return 'refused when its fields stand in another order'
  const again = planOffline(blueprint, [other.contribution], world.observed)
  return JSON.stringify(again.steps) === JSON.stringify(plan.steps)
    ? undefined
    : 'planned otherwise when its fields stand in another order'
}

export function shuffledFields<T>(value: T, random: Random): T {
  if (Array.isArray(value)) return value.map((item: unknown) => shuffledFields(item, random)) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = random.shuffled(Object.entries(value))
  return Object.fromEntries(entries.map(([key, item]) => [key, shuffledFields(item, random)])) as T
}
