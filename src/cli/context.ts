import { InvalidArgumentError, type Command } from 'commander'
import type { LogLevel } from '../observe/log.ts'
import type { LoadBlueprint } from '../provider/load.ts'
import type { MischiefWish } from '../sandbox/chaos/mischief.ts'
import type { ColourChoice } from './colour.ts'
import type { Output } from './dry-run.ts'
import type { ExitCode } from './exit.ts'
import type { Io } from './io.ts'

/** What the commands share. `finish` is how one says its exit code. */
export interface CliContext {
  readonly io: Io
  readonly version: string
  readonly finish: (code: ExitCode) => void
  readonly colour: () => ColourChoice
  readonly bodies: Bodies
}

/** The parts of a command that are loaded when it runs. Tests put others in their place. */
export interface Bodies {
  readonly loadBlueprint: LoadBlueprint
  readonly run: () => Promise<(options: RunOptions, io: Io) => Promise<ExitCode>>
  readonly nodeProxy: () => Promise<(options: NodeProxyOptions, io: Io) => Promise<ExitCode>>
  readonly status: () => Promise<(options: StatusOptions, io: Io) => Promise<ExitCode>>
  readonly facts: () => Promise<(options: FactsOptions, io: Io) => Promise<ExitCode>>
  readonly diff: () => Promise<(options: DiffOptions, io: Io) => Promise<ExitCode>>
  readonly doctor: () => Promise<(options: DoctorOptions, io: Io) => Promise<ExitCode>>
  readonly adopt: () => Promise<(options: AdoptOptions, io: Io) => Promise<ExitCode>>
  readonly orphans: () => Promise<(options: OrphansOptions, io: Io) => Promise<ExitCode>>
  readonly sandbox: () => Promise<(options: SandboxOptions, io: Io) => Promise<ExitCode>>
  readonly sandboxStatus: () => Promise<(options: SandboxStatusOptions, io: Io) => Promise<ExitCode>>
  readonly sandboxChaos: () => Promise<(options: SandboxChaosOptions, io: Io) => Promise<ExitCode>>
  readonly sandboxImages: () => Promise<(options: { readonly output: string }, io: Io) => Promise<ExitCode>>
  readonly sandboxStop: () => Promise<(options: SandboxChoice, io: Io) => Promise<ExitCode>>
  readonly localBalancer: () => Promise<(options: LocalBalancerOptions, io: Io) => Promise<ExitCode>>
  readonly localAws: () => Promise<(options: LocalAwsOptions, io: Io) => Promise<ExitCode>>
}

export interface RunOptions {
  readonly configFile?: string
  /** Flags by the path of their setting. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
}

export interface NodeProxyOptions extends RunOptions {
  /** One of these at most: say where packets would go, remove all that any data plane made, set what the kernel needs. */
  readonly explain?: string
  readonly cleanup?: true
  readonly setSysctls?: true
  /** Of `explain`. */
  readonly namespace: string
  readonly files: readonly string[]
  readonly output: 'text' | 'json'
  readonly colour: ColourChoice
}

export interface LocalBalancerOptions {
  readonly stateDir: string
  readonly socket?: string
  /** As they were written: `NAME=RANGE,...`. */
  readonly pools: readonly string[]
  readonly drainMs: number
  readonly logLevel: LogLevel
  /** The process that started this one holds the other end. */
  readonly endWithStdin?: true
  /** Of a sandbox on a system that has not all of loopback, or not all ports: things are elsewhere there. */
  readonly sandboxBase?: number
}

export interface LocalAwsOptions {
  readonly host: string
  readonly port: number
  readonly socket?: string
  /** As it was written: `RANGE,...`. */
  readonly pool: string
  /** A range. */
  readonly vpc: string
  readonly clusterName: string
  readonly endWithStdin: boolean
  /** As for `LocalBalancerOptions`. */
  readonly sandboxBase?: number
}

export interface StatusOptions {
  readonly name: string
  readonly namespace: string
  readonly kubeconfig?: string
  readonly context?: string
  /** Where a controller serves /status. */
  readonly controller: string
  readonly output: 'text' | 'json'
  readonly colour: ColourChoice
}

export interface DoctorOptions extends RunOptions {
  /** `namespace/name`: whose permissions are looked at. */
  readonly serviceAccount?: string
  readonly output: 'text' | 'json'
  readonly colour: ColourChoice
}

export interface FactsOptions extends RunOptions {
  readonly files: readonly string[]
  readonly existing?: true
  readonly output: 'yaml' | 'json'
  readonly colour: ColourChoice
}

export interface DiffOptions extends RunOptions {
  readonly files: readonly string[]
  readonly namespace: string
  /** Under which name files are applied by the server. */
  readonly fieldManager: string
  readonly recursive?: true
  readonly output: Output
  readonly detailedExitcode?: true
  readonly colour: ColourChoice
}

/** Of commands that show what they would do, and do it when told so. */
interface AskingOptions extends RunOptions {
  readonly output: 'text' | 'json'
  readonly colour: ColourChoice
  /** Do not ask. */
  readonly yes: boolean
}

export interface AdoptOptions extends AskingOptions {
  /** `namespace/name`; none means all. */
  readonly names: readonly string[]
  /** One peer only. */
  readonly from?: string
  readonly dryRun: boolean
  readonly detailedExitcode: boolean
}

export interface OrphansOptions extends AskingOptions {
  readonly remove: boolean
  /** Only what belonged to these, `namespace/name` or uid; none means all. */
  readonly names: readonly string[]
}

/** Which of a user's sandboxes. */
export interface SandboxChoice {
  readonly name: string
  /** Where its files are; absent: a folder of its name. */
  readonly stateDir?: string
}

export interface SandboxOptions extends SandboxChoice {
  readonly nodes: number
  readonly files: readonly string[]
  readonly provider: 'local' | 'aws'
  readonly base?: number
  /** 0 is any free one; absent: there is no page. */
  readonly pagePort?: number
  readonly detach: boolean
  /** The number of an open file to which the start is told, by a sandbox that was detached. */
  readonly tellTo?: number
  readonly colour: ColourChoice
}

export interface SandboxChaosOptions extends SandboxChoice {
  /** Absent: to say what is broken. */
  readonly wish?: MischiefWish | 'mend all'
  readonly output: 'text' | 'json'
}

export interface SandboxStatusOptions extends SandboxChoice {
  readonly output: 'text' | 'json'
  readonly colour: ColourChoice
}

/** Adds one command to the program. */
export type AddCommand = (program: Command, context: CliContext) => void

/** What every command's help ends with. `examples` are run by a test. */
interface HelpEnd {
  readonly examples: readonly [string, string, ...string[]]
  readonly exits?: readonly (readonly [code: number, meaning: string])[]
  readonly environment?: readonly (readonly [name: string, meaning: string])[]
}

const usualExits: NonNullable<HelpEnd['exits']> = [
  [0, 'fine'],
  [1, 'errors'],
]
const usualEnvironment: NonNullable<HelpEnd['environment']> = [['NO_COLOR', 'set to anything: no colour']]

function rows(entries: readonly (readonly [unknown, string])[]): string {
  const width = Math.max(...entries.map(([name]) => String(name).length))
  return entries.map(([name, text]) => `  ${String(name).padEnd(width)}  ${text}`).join('\n')
}

export function helpEnd(help: HelpEnd): string {
  return [
    '',
    'Examples:',
    ...help.examples.map((example) => `  $ ${example}`),
    '',
    'Exit codes:',
    rows(help.exits ?? usualExits),
    '',
    'Environment:',
    rows([...(help.environment ?? []), ...usualEnvironment]),
  ].join('\n')
}

/** A parser of an option that takes one of a few words, which completion offers. */
export interface OneOf<T extends string> {
  (value: string): T
  readonly accepted: readonly T[]
}

/** Refuses what is not in the list; commander shows the option and the sentence. */
export function oneOf<const T extends string>(accepted: readonly T[]): OneOf<T> {
  const parse = (value: string): T => {
    const found = accepted.find((option) => option === value)
    if (found === undefined) throw new InvalidArgumentError(`Accepted: ${accepted.join(', ')}.`)
    return found
  }
  return Object.assign(parse, { accepted })
}
