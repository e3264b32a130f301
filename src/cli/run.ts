import { paintFor } from './colour.ts'
import type { RunOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { problemText } from './print.ts'
import { readConfig } from './read-config.ts'

export async function run(options: RunOptions, io: Io): Promise<ExitCode> {
  const { config, problems } = await readConfig(options.configFile, options.flags, io)
  const paint = paintFor(io, 'err', 'auto')
  for (const located of problems) io.err(problemText(located, paint))
  if (config === undefined) return exit.errors
  io.err('lb-controller: this build has no controller\n')
  return exit.errors
}
