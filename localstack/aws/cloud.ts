import { systemClock } from '../../src/lib/clock.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { JsonObject } from '../../src/lib/json.ts'
import type { Actions } from './action.ts'
import { dump } from './dump.ts'
import { ec2Actions } from './ec2/actions.ts'
import { elbActions } from './elb/actions.ts'
import { elbv2Actions } from './elbv2/actions.ts'
import { AwsFault, BrokenConnection, fault } from './fault.ts'
import { addInstance, removeInstance } from './state/instances.ts'
import type { InstanceInput } from './state/instances.ts'
import { seedWorld } from './state/seed.ts'
import { createWorld } from './state/world.ts'
import type { World } from './state/world.ts'
import { defaultLimits, defaultSwitches } from './switches.ts'
import type { Limits, Service, Switches } from './switches.ts'
import { isMutating } from './throttle.ts'
import { createTrouble } from './trouble.ts'
import type { Cut } from './trouble.ts'
import { checkInput } from './wire/check-input.ts'
import { operationOf } from './wire/shape.ts'

export interface CloudOptions {
  readonly clock?: Clock
  readonly region?: string
  readonly account?: string
  readonly clusterName?: string
  readonly limits?: Partial<Limits>
  readonly switches?: Partial<Switches>
  /** For what is random: latency within its bounds, and which calls fail. */
  readonly seed?: number
  /** Puts in what is there before the first call; the default is one VPC over three zones. */
  readonly seedWorld?: (world: World, clusterName: string) => void
}

export interface Call {
  readonly service: Service
  readonly action: string
  readonly mutating: boolean
  readonly input: object
  readonly at: number
  /** The id of the key that the request was signed with; undefined in process. */
  readonly caller?: string
}

export interface LogEntry extends Call {
  /** "ok", the code of the refusal, or "cut before" and "cut after" for a connection that broke. */
  readonly outcome: string
}

export interface Cloud {
  /** Input and output are the SDK's JSON shapes. Throws AwsFault, or BrokenConnection where a cut was asked for. */
  call(service: Service, action: string, input: object, caller?: string): Promise<object>
  /** What someone else does meanwhile: the same rules, but no trouble on the way and no line in the log. */
  byHand(service: Service, action: string, input: object): object
  readonly world: World
  readonly switches: Switches
  readonly log: readonly LogEntry[]
  /** Calls by action, as "elbv2:CreateListener". */
  counts(): Record<string, number>
  clearLog(): void
  /** Refuses an action from now on; "ec2:CreateTags" or just "CreateTags". */
  deny(action: string): void
  allow(action: string): void
  cutAt(cut: Cut | undefined): void
  /** Runs before each call is decided; what it throws, the caller gets. */
  onCall: ((call: Call) => void | Promise<void>) | undefined
  /** Runs after each call that may have changed something, and after instances came or went. */
  onChange: (() => void) | undefined
  dump(): JsonObject
  addInstance(instance: InstanceInput): void
  removeInstance(id: string): void
  addCertificate(arn: string): void
  /** Makes the health checks of a target fail, or pass again; in one target group only, where that is named. */
  setUnhealthy(targetId: string, failing?: boolean, targetGroupArn?: string): void
}

export function createCloud(options: CloudOptions = {}): Cloud {
  const clock = options.clock ?? systemClock
  const switches = { ...defaultSwitches(), ...options.switches }
  const world = createWorld({
    clock,
    region: options.region ?? 'us-east-1',
    account: options.account ?? '123456789012',
    limits: { ...defaultLimits, ...options.limits },
    switches,
  })
  const seed = options.seedWorld ?? seedWorld
  seed(world, options.clusterName ?? 'demo')
  const trouble = createTrouble(clock, switches, options.seed ?? 1)
  const log: LogEntry[] = []

  /** An answer that gets lost is lost whether it was a refusal or not. */
  function decide(call: Call): object {
    try {
      trouble.before(call.service, call.action)
      return run(world, call.service, call.action, call.input)
    } finally {
      trouble.after()
    }
  }

  async function call(service: Service, action: string, input: object, caller?: string): Promise<object> {
    await trouble.wait()
    const made = {
      service,
      action,
      mutating: isMutating(action),
      input: structuredClone(input),
      ...(caller === undefined ? {} : { caller }),
    }
    const at = clock.now()
    try {
      await cloud.onCall?.({ ...made, at })
      const output = decide({ ...made, at })
      log.push({ ...made, at, outcome: 'ok' })
      if (made.mutating) cloud.onChange?.()
      return output
    } catch (error) {
      if (error instanceof AwsFault && error.requestId === '') error.requestId = requestId(log.length)
      log.push({ ...made, at, outcome: outcomeOf(error) })
      // Its answer was lost, its effect was not.
      if (made.mutating && error instanceof BrokenConnection) cloud.onChange?.()
      throw error
    }
  }

  const cloud: Cloud = {
    call,
    byHand: (service, action, input) => run(world, service, action, input),
    world,
    switches,
    log,
    counts: () => countsOf(log),
    clearLog: () => void log.splice(0),
    deny: (action) => trouble.deny(action),
    allow: (action) => trouble.allow(action),
    cutAt: (cut) => trouble.cutAt(cut),
    onCall: undefined,
    onChange: undefined,
    dump: () => dump(world),
    addInstance(instance) {
      addInstance(world, instance)
      cloud.onChange?.()
    },
    removeInstance(id) {
      removeInstance(world, id)
      cloud.onChange?.()
    },
    addCertificate: (arn) => void world.certificates.add(arn),
    setUnhealthy(targetId, failing = true, targetGroupArn) {
      const which = targetGroupArn === undefined ? targetId : `${targetGroupArn} ${targetId}`
      if (failing) world.unhealthy.add(which)
      else world.unhealthy.delete(which)
    },
  }
  return cloud
}

const services: Readonly<Record<Service, Actions>> = { ec2: ec2Actions, elbv2: elbv2Actions, elb: elbActions }

function run(world: World, service: Service, action: string, input: object): object {
  const decide = services[service][action]
  checkInput(service, operationOf(service, action).input, input)
  if (decide === undefined) throw fault('InvalidAction', `The action ${action} is not served here.`)
  if (service === 'ec2' && 'DryRun' in input && input.DryRun === true)
    throw fault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412)
  return structuredClone(decide(world, input as never))
}

function outcomeOf(error: unknown): string {
  if (error instanceof AwsFault) return error.code
  if (error instanceof BrokenConnection) return `cut ${error.effect}`
  return error instanceof Error ? error.name : 'unknown'
}

/** Reads like AWS's, but the same in every run. */
export const requestId = (count: number): string =>
  `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`

function countsOf(log: readonly LogEntry[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { service, action } of log) {
    const key = `${service}:${action}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}
