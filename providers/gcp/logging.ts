import { factOf } from '../../src/provider/facts.ts'
import type { JsonObject } from '../../src/lib/json.ts'
import { type Problem, warning } from '../../src/model/problem.ts'
import { type GcpConfig, has } from './config.ts'
import { type LoggingFact, loggingKey } from './facts.ts'
import type { Wish } from './wish.ts'

interface Logging {
  /** Undefined: left as it is. */
  readonly config?: JsonObject
  /** Why it is not known yet. */
  readonly unknown?: string
  readonly origin?: string
  readonly problems: readonly Problem[]
}

const million = 1_000_000

/** What an L4LBConfig object says of logging. One that is missing, or says nothing, leaves the cloud as it is. */
export function loggingFor({ lb, settings, context, config }: Wish): Logging {
  const setting = settings.logging
  if (setting === undefined) return { problems: [] }
  const off = disabled(config, setting.path, setting.key, setting.raw)
  if (off !== undefined) return { problems: [off] }
  const key = loggingKey(lb.namespace, setting.value)
  const known = factOf<LoggingFact | null>(context.facts, key, `the L4LBConfig ${setting.value}`)
  if ('problem' in known) return { problems: [known.problem] }
  if ('unknown' in known) return { unknown: known.unknown, origin: setting.path, problems: [] }
  if (known.value === null) return { problems: [missing(lb.namespace, setting.value, setting.path)] }
  const found = logConfig(known.value)
  return found === undefined ? { problems: [] } : { config: found, origin: setting.path, problems: [] }
}

export function logConfig(of: LoggingFact): JsonObject | undefined {
  const { enabled, sampleRate = million, optionalMode = 'EXCLUDE_ALL_OPTIONAL', optionalFields } = of
  if (enabled === undefined) return undefined
  if (!enabled) return { enable: false }
  return {
    enable: true,
    sampleRate: sampleRate / million,
    optionalMode,
    ...(optionalMode === 'CUSTOM' ? { optionalFields: optionalFields ?? [] } : {}),
  }
}

const disabled = (config: GcpConfig, path: string, key: string, value: string): Problem | undefined =>
  has(config, 'logging')
    ? undefined
    : warning('LB_GCP_FEATURE_OFF', path, 'the setting gcp.without switches logging off', {
        value,
        hint: `take logging out of gcp.without, or remove ${key}`,
      })

const missing = (namespace: string, name: string, path: string): Problem =>
  warning(
    'LB_GCP_LOGGING',
    path,
    `there is no L4LBConfig ${name} in ${namespace}, so logging stays as it is`,
    {
      value: name,
      accepted: 'the name of an L4LBConfig object in the namespace of the Service',
      hint: 'create it, or remove the annotation',
    },
  )
