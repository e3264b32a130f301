import type { Bodies } from './context.ts'
import { runProgram } from './create-program.ts'
import type { Io } from './io.ts'
import { addLocalAws } from './register-local-aws.ts'
import { addLocalBalancer } from './register-local-balancer.ts'

/** The command line of a process that stays small beside others: it knows these commands, and loads none of the rest. */
export const main = (args: readonly string[], io: Io): Promise<number> =>
  runProgram(args, io, [addLocalBalancer, addLocalAws], {
    localBalancer: async () => (await import('./local-balancer.ts')).localBalancer,
    localAws: async () => (await import('./local-aws.ts')).localAws,
  } as Bodies)
