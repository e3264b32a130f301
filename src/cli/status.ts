import type { StatusOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'

export async function status(_options: StatusOptions, io: Io): Promise<ExitCode> {
  io.err('lb-controller: this build has no controller\n')
  return exit.errors
}
