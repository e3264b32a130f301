import { nearest } from '../model/did-you-mean.ts'
import type { Problem } from '../model/problem.ts'
import type { ConfigInput } from './given.ts'
import type { Located } from './located.ts'
import { variableOf, type SettingTable } from './setting-table.ts'

/**
 * A variable of our prefix that is no setting is pointed out only when it looks like one: a cluster writes
 * LB_CONTROLLER_SERVICE_HOST and the like into every pod beside a Service of our name.
 */
export function unknownEnv(table: SettingTable, { env }: ConfigInput): readonly Located[] {
  const { settings, envPrefix, fileEnv } = table
  const known = new Set([...[...settings.keys()].map((path) => variableOf(path, table)), fileEnv])
  return Object.keys(env).flatMap((key) => {
    if (!key.startsWith(envPrefix) || known.has(key)) return []
    const near = nearest(key, known, 2)
    if (near === undefined) return []
    const problem: Problem = {
      code: 'LB_CONFIG_UNKNOWN',
      severity: 'warning',
      path: key,
      message: `${key} is no setting and is ignored`,
      hint: `did you mean ${near}?`,
    }
    return [{ problem, place: key }]
  })
}
