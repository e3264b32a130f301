import type { Bodies } from './context.ts'
import { runProgram } from './create-program.ts'
import type { Io } from './io.ts'
import { addLocalBalancer } from './register-local-balancer.ts'

/** The command line of a process that stays small beside others: it knows that one command, and loads none of the rest. */
export const main = (args: readonly string[], io: Io): Promise<number> =>
  runProgram(args, io, [addLocalBalancer], {
    localBalancer: async () => (await import('./local-balancer.ts')).localBalancer,
  } as Bodies)
