import { createBlueprint } from '../../../providers/gcp/blueprint.ts'
import type { GcpConfig } from '../../../providers/gcp/config.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import type { Problem } from '../../../src/model/problem.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import { refKey, type Observed, type Resource } from '../../../src/plan/resource.ts'
import { contribute, planServices, type World } from '../../support/plan-service.ts'
import type { Vector } from '../vector.ts'

/** The peers' flags as our settings. Their tests run without destination ranges and, where not said, without weights. */
export interface Flags {
  readonly without?: readonly string[]
  readonly mixedProtocols?: GcpConfig['mixedProtocols']
  readonly nodeTags?: readonly string[]
}

export const blueprintWith = ({ without = [], mixedProtocols = 'two-rules', nodeTags = ['tag'] }: Flags) =>
  createBlueprint({ without: ['destination-ranges', ...without], mixedProtocols, nodeTags })

export const fakeCloud = { project: 'test-project', region: 'us-central1' } as const

/** Cases that say little of the Service leave out what every Service has. */
export function wholeService(
  service: Vector['service'],
  internal = false,
  more: Readonly<Record<string, unknown>> = {},
): ServiceObject {
  const { metadata, spec } = service ?? {}
  const ports = (spec?.ports ?? []).map((port, at) => ({ name: `p${at}`, ...port }))
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...metadata,
      name: metadata?.name ?? 'testsvc',
      namespace: metadata?.namespace ?? 'default',
      annotations: {
        ...Object.fromEntries(
          Object.entries(metadata?.annotations ?? {}).filter(
            ([key]) => !key.startsWith('service.kubernetes.io/'),
          ),
        ),
        ...(internal ? { 'networking.gke.io/load-balancer-type': 'Internal' } : {}),
      },
    },
    spec: {
      ...spec,
      type: 'LoadBalancer',
      ports: ports.length > 0 ? ports : [{ port: 80, protocol: 'TCP' }],
      ...more,
    },
  }
}

export interface Asked {
  readonly resources: readonly Resource[]
  readonly problems: readonly Problem[]
}

export const askedFor = (flags: Flags, service: ServiceObject, world: World = {}): Asked =>
  contribute(blueprintWith(flags), service, { facts: fakeCloud, ...world })

export const find = (resources: readonly Resource[], kind: string, key?: string): JsonObject | undefined =>
  resources.find((one) => one.kind === kind && (key === undefined || one.key === key))?.spec

export const isError = ({ problems }: Asked): boolean => problems.some(({ severity }) => severity === 'error')

/** What a cloud holds, by identity. */
export type State = ReadonlyMap<
  string,
  { readonly kind: string; readonly stack: string; readonly spec: JsonObject }
>

/** Carries a plan out, on paper. */
export function applied(plan: Plan, observed: readonly Observed[]): State {
  const state = new Map(observed.map((item) => [refKey(item), { ...item }]))
  for (const step of plan.steps) {
    const at = refKey(step)
    const { kind, stack, key } = step
    if (step.action === 'delete') state.delete(at)
    else if (step.action === 'create')
      state.set(at, {
        ...(step.after === undefined ? {} : { spec: step.after }),
        kind,
        stack,
        key,
      } as Observed)
    else {
      const before = state.get(at)
      if (before === undefined) continue
      let { spec } = before
      for (const { path, after } of step.fields ?? []) spec = withField(spec, path.split('.'), after)
      state.set(at, { ...before, spec })
    }
  }
  return state
}

function withField(spec: JsonObject, [field = '', ...rest]: readonly string[], value: Json): JsonObject {
  const inner = spec[field]
  const next = rest.length === 0 ? value : withField(isObject(inner) ? inner : {}, rest, value)
  return { ...spec, [field]: next }
}

export { planServices }

const marker = (value: Json | undefined): boolean =>
  isObject(value) && ('$ref' in value || '$unknown' in value)

/** Without fields that only a cloud can fill, and without those that a fake cloud does not have. */
export function known(spec: JsonObject, without: readonly string[] = []): JsonObject {
  return Object.fromEntries(
    Object.entries(spec).flatMap(([key, value]): [string, Json][] => {
      if (without.includes(key) || marker(value)) return []
      if (Array.isArray(value) && value.some((item) => marker(item as Json))) return []
      return [[key, value]]
    }),
  )
}

export const word = (value: unknown): string => (typeof value === 'string' ? value : '')

export function differences(label: string, ours: unknown, theirs: unknown): readonly string[] {
  const [a, b] = [text(ours), text(theirs)]
  return a === b ? [] : [`${label}: ours ${a}, theirs ${b}`]
}

function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(text).join()}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'undefined'
  return `{${Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .toSorted()
    .map((key) => `${key}:${text(value[key])}`)
    .join()}}`
}

/** Fields that the peer expects, one by one, and those that only we have. */
export const specDifferences = (label: string, ours: JsonObject, theirs: JsonObject): readonly string[] =>
  [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap((field) =>
    differences(`${label}.${field}`, ours[field], theirs[field]),
  )
