import * as v from 'valibot'
import { checkConfigs } from '../provider/configs.ts'
import { nearestWord } from '../model/did-you-mean.ts'
import { readFileValues } from './file-values.ts'
import { located, type ConfigInput, type Given } from './given.ts'
import type { Located } from './located.ts'
import { optional, type Config } from './schema.ts'
import { envOf, flagOf, settings } from './settings.ts'
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
  const problems: Located[] = []
  const file = readFileValues(input, problems)
  const places = new Map<string, Given>()
  const config: Record<string, unknown> = {}
  for (const [path, spec] of settings) {
    const given = fromFlag(path, input) ?? fromEnv(path, input) ?? file.get(path)
    if (given !== undefined) places.set(path, given)
    const value = given === undefined ? defaultOf(path, spec) : parse(path, spec, given, problems)
    if (value !== undefined) put(config, path, value)
  }
  for (const problem of checkConfigs(config as unknown as Config))
    problems.push(located(places.get(problem.path.replace(/\[.*$/, '')) ?? {}, problem))
  problems.push(...unknownEnv(input))
  if (problems.some(({ problem }) => problem.severity === 'error')) return { problems }
  return { config: config as unknown as Config, problems }
}

function put(config: Record<string, unknown>, path: string, value: unknown): void {
  const [first = '', second] = path.split('.')
  if (second === undefined) config[first] = value
  else config[first] = { ...(config[first] as object | undefined), [second]: value }
}

function defaultOf(path: string, spec: SettingSpec<unknown>): unknown {
  if (optional.has(path)) return undefined
  return spec.absent ?? v.parse(spec.schema, spec.default)
}

function fromFlag(path: string, { flags }: ConfigInput): Given | undefined {
  const value = flags[path]
  return value === undefined ? undefined : { value, place: flagOf(path) }
}

function fromEnv(path: string, { env }: ConfigInput): Given | undefined {
  const value = env[envOf(path)]
  return value === undefined || value === '' ? undefined : { value, place: envOf(path) }
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
