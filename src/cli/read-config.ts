import { loadConfig } from '../config/load.ts'
import type { Located } from '../config/located.ts'
import type { Config } from '../config/schema.ts'
import type { Io } from './io.ts'
import { readSources } from './sources.ts'

export interface ReadConfig {
  /** Absent when a problem is an error. */
  readonly config?: Config
  readonly problems: readonly Located[]
}

/** The settings that flags, environment and file make together; `file` is `--config`, else LB_CONTROLLER_CONFIG. */
export async function readConfig(
  file: string | undefined,
  flags: Readonly<Record<string, string | boolean | undefined>>,
  io: Io,
): Promise<ReadConfig> {
  const place = file ?? io.env.LB_CONTROLLER_CONFIG ?? ''
  const { sources, problems } = await readSources(place === '' ? [] : [place], io, { onlyFiles: true })
  const [source] = sources
  const loaded = loadConfig({ env: io.env, flags, ...(source === undefined ? {} : { file: source }) })
  if (problems.length > 0) return { problems: [...problems, ...loaded.problems] }
  return loaded
}
