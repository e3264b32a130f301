import type { Command } from 'commander'
import { loadBlueprint } from '../provider/load.ts'
import { addAnnotations } from './annotations.ts'
import { addCompletion } from './completion.ts'
import type { AddCommand, Bodies, CliContext } from './context.ts'
import { programOf, runProgram } from './create-program.ts'
import { addDryRun } from './dry-run.ts'
import { addDiff } from './diff.ts'
import { addDoctor } from './doctor.ts'
import { addExplain } from './explain.ts'
import { addFacts } from './facts.ts'
import type { Io } from './io.ts'
import { addAdopt } from './register-adopt.ts'
import { addNodeProxy } from './register-node-proxy.ts'
import { addLocalAws } from './register-local-aws.ts'
import { addLocalBalancer } from './register-local-balancer.ts'
import { addOrphans } from './register-orphans.ts'
import { addRun } from './register-run.ts'
import { addSandbox } from './register-sandbox.ts'
import { addStatus } from './register-status.ts'

const bodies: Bodies = {
  loadBlueprint,
  run: async () => (await import('./run.ts')).run,
  nodeProxy: async () => (await import('./node-proxy.ts')).nodeProxy,
  status: async () => (await import('./status.ts')).status,
  facts: async () => (await import('./facts-body.ts')).facts,
  diff: async () => (await import('./diff-body.ts')).diff,
  doctor: async () => (await import('./doctor-body.ts')).doctor,
  adopt: async () => (await import('./adopt.ts')).adoptCommand,
  orphans: async () => (await import('./orphans.ts')).orphansCommand,
  sandbox: async () => (await import('./sandbox.ts')).sandbox,
  sandboxStatus: async () => (await import('./sandbox-status.ts')).sandboxStatus,
  sandboxChaos: async () => (await import('./sandbox-chaos.ts')).sandboxChaos,
  sandboxImages: async () => (await import('./sandbox-images.ts')).sandboxImages,
  sandboxStop: async () => (await import('./sandbox-stop.ts')).sandboxStop,
  localBalancer: async () => (await import('./local-balancer.ts')).localBalancer,
  localAws: async () => (await import('./local-aws.ts')).localAws,
}

const commands: readonly AddCommand[] = [
  addRun,
  addNodeProxy,
  addDryRun,
  addStatus,
  addDiff,
  addDoctor,
  addFacts,
  addAdopt,
  addOrphans,
  addSandbox,
  addLocalBalancer,
  addLocalAws,
  addExplain,
  addAnnotations,
  addCompletion,
]

/** Runs one command line and answers its exit code. Everything it says goes to `io`. */
export const main = (args: readonly string[], io: Io, replaced: Partial<Bodies> = {}): Promise<number> =>
  runProgram(args, io, commands, { ...bodies, ...replaced })

export const createProgram = (context: CliContext): Command => programOf(context, commands)
