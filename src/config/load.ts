import * as v from 'valibot'
import { checkConfigs } from '../provider/configs.ts'
import { nearestWord } from '../model/did-you-mean.ts'
import { readFileValues } from './file-values.ts'
import { located, type ConfigInput, type Given } from './given.ts'
import type { Located } from './located.ts'
import { controllerTable, type Config } from './schema.ts'
import { flagOf, variableOf, type SettingTable } from './setting-table.ts'
import type { SettingSpec } from './setting-types.ts'
import { unknownEnv } from './unknown-env.ts'

export type { ConfigInput } from './given.ts'

export interface Loaded {
  /** Absent when a problem is an error. */
  readonly config?: Config
  readonly problems: readonly Located[]
}

/** Defaults, then the file, then the environment, then flags: each setting comes from the last that has it. */
export function loadConfig(input: ConfigInput): Loaded {
  const { values, places, problems } = readSettings(controllerTable, input)
  const config = values as unknown as Config
  const found = [
    ...problems,
    ...checkConfigs(config).map((problem) =>
      located(places.get(problem.path.replace(/\[.*$/, '')) ?? {}, problem),
    ),
    ...unknownEnv(controllerTable, input),
  ]
  return hasErrors(found) ? { problems: found } : { config, problems: found }
}

export const hasErrors = (problems: readonly Located[]): boolean =>
  problems.some(({ problem }) => problem.severity === 'error')

interface Read {
  readonly values: Readonly<Record<string, unknown>>
  /** Where each value was written that is no default. */
  readonly places: ReadonlyMap<string, Given>
  readonly problems: readonly Located[]
}

/**
 * The values of a table. One that is not accepted is told, and stands as its default, so that those who look at several
 * settings together find all of them.
 */
export function readSettings(table: SettingTable, input: ConfigInput): Read {
  const problems: Located[] = []
  const file = readFileValues(table, input, problems)
  const places = new Map<string, Given>()
  const values: Record<string, unknown> = {}
  for (const [path, spec] of table.settings) {
    const given = fromFlag(path, input) ?? fromEnv(path, table, input) ?? file.get(path)
    if (given !== undefined) places.set(path, given)
    const value =
      (given === undefined ? undefined : parse(path, spec, given, problems)) ?? defaultOf(path, spec, table)
    if (value !== undefined) put(values, path, value)
  }
  return { values, places, problems }
}

function put(config: Record<string, unknown>, path: string, value: unknown): void {
  const [first = '', second] = path.split('.')
  if (second === undefined) config[first] = value
  else config[first] = { ...(config[first] as object | undefined), [second]: value }
}

function defaultOf(path: string, spec: SettingSpec<unknown>, { optional }: SettingTable): unknown {
  if (optional.has(path)) return undefined
  return spec.absent ?? v.parse(spec.schema, spec.default)
}

function fromFlag(path: string, { flags }: ConfigInput): Given | undefined {
  const value = flags[path]
  return value === undefined ? undefined : { value, place: flagOf(path) }
}

function fromEnv(path: string, table: SettingTable, { env }: ConfigInput): Given | undefined {
  const place = variableOf(path, table)
  const value = env[place]
  return value === undefined || value === '' ? undefined : { value, place }
}

function parse(path: string, spec: SettingSpec<unknown>, given: Given, problems: Located[]): unknown {
  const result = v.safeParse(spec.schema, given.value)
  if (result.success) return result.output
  const value = typeof given.value === 'string' ? given.value : JSON.stringify(given.value)
  const near = spec.options === undefined ? undefined : nearestWord(value, spec.options)
  problems.push(
    located(given, {
      code: 'LB_CONFIG',
      severity: 'error',
      path,
      message: `${path} cannot be ${JSON.stringify(given.value)}`,
      value,
      accepted: spec.accepts,
      ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
    }),
  )
  return undefined
}
