import type { Clock } from '../../lib/clock.ts'
import {
  newContainer,
  turn,
  type ContainerAct,
  type ContainerNews,
  type ContainerState,
} from './container-life.ts'
import type { PodSelf } from './fields.ts'
import { held, type Held } from './held.ts'
import type { Launcher } from './launch.ts'
import type { Pod, PodStatus } from './objects.ts'
import type { Output } from './output.ts'
import { probe, type ProbeKind } from './prober.ts'
import { initAwaited, podStatus, type PodFacts } from './pod-status.ts'
import { LaunchFailure, type Workload } from './workload.ts'

export interface PodTools {
  readonly clock: Clock
  readonly launcher: Launcher
  /** Writes what a kubelet writes of a pod. */
  readonly report: (pod: Pod, status: PodStatus) => void
  readonly tell: (pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string) => void
}

export interface PodPlace {
  readonly ips: readonly string[]
  readonly hostIp: string | undefined
}

/** A pod that takes longer to begin than this says so. */
const soonMs = 50

/** For a hook after the start, which has no grace to keep to. */
const hookMs = 60_000

/** One pod on its node: begins its containers, restarts them, and says how they are. */
export class PodLife {
  readonly place: PodPlace
  readonly #tools: PodTools
  readonly #since: number
  readonly #held: ReadonlyMap<string, Held>
  #pod: Pod
  /** Nothing is begun any more, and nothing restarted. */
  #ending = false
  /** The node is down: nobody says anything. */
  #silent = false
  #stale = false

  constructor(pod: Pod, place: PodPlace, tools: PodTools) {
    this.#pod = pod
    this.place = place
    this.#tools = tools
    this.#since = tools.clock.now()
    const { initContainers = [], containers = [], restartPolicy = 'Always' } = pod.spec ?? {}
    const waits = initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating'
    const entries = [...initContainers, ...containers].map((container) => {
      const isInit = initContainers.includes(container)
      return [container.name, held(pod, container, isInit, restartPolicy, waits, tools.clock)] as const
    })
    this.#held = new Map(entries)
  }

  get pod(): Pod {
    return this.#pod
  }

  get self(): PodSelf {
    return { pod: this.#pod, ...this.place }
  }

  output(container: string): Output | undefined {
    return this.#held.get(container)?.output
  }

  workload(container: string): Workload | undefined {
    return this.#held.get(container)?.workload
  }

  state(container: string): ContainerState | undefined {
    return this.#held.get(container)?.state
  }

  /** Also after `vanish`: then what ran has ended without anybody having seen it. */
  begin(): void {
    this.#silent = false
    this.#tools.clock.after(soonMs, () => this.#sync())
    for (const one of this.#held.values()) {
      // What the run before still has to say is not heard.
      one.run++
      delete one.workload
      if (one.state.life.is === 'running') this.#happen(one, { is: 'exited', exitCode: 255 })
      else if (isLaunching(one.state)) one.state = newContainer()
    }
    this.#advance()
  }

  /** The object has changed: gates, annotations. */
  update(pod: Pod): void {
    const other = pod.metadata.annotations !== this.#pod.metadata.annotations
    this.#pod = pod
    if (other)
      queueMicrotask(() => {
        for (const one of this.#held.values())
          if (isUnknown(one.state) && !this.#ending) this.#happen(one, { is: 'begin' })
      })
    this.#sync()
  }

  /** Asks all to end; what is left when `graceMs` is over is killed. Resolves when nothing runs. */
  async end(graceMs: number): Promise<void> {
    this.#ending = true
    this.#rest()
    const until = this.#tools.clock.now() + graceMs
    const ends = [...this.#held.values()].map(async (one) => {
      const { container, workload } = one
      if (workload === undefined) return
      this.#tools.tell(this.#pod, 'Normal', 'Killing', `Stopping container ${container.name}`)
      await this.#hook(one, 'preStop', graceMs)
      await this.#stop(workload, Math.max(0, until - this.#tools.clock.now()))
    })
    await Promise.all(ends)
  }

  /** SIGKILL to all, or to one container. They are restarted as after any other end. False: nothing runs. */
  kill(container?: string): boolean {
    const running = [...this.#held.values()].flatMap(({ container: { name }, workload }) =>
      workload === undefined || (container ?? name) !== name ? [] : [workload],
    )
    for (const workload of running) workload.kill()
    return running.length > 0
  }

  /** The node has gone down, or the object is away: all ends at once, and nothing is said. */
  vanish(): void {
    this.#silent = true
    this.kill()
    for (const one of this.#held.values()) one.probing?.()
    this.#rest()
  }

  #rest(): void {
    for (const one of this.#held.values()) {
      one.waiting?.()
      delete one.waiting
    }
  }

  /** Begins what is due: init containers one after the other, then the others all at once. */
  #advance(): void {
    if (this.#ending || this.#silent) return
    const awaited = initAwaited(this.#pod, this.#facts().containers)
    const { initContainers = [], containers = [] } = this.#pod.spec ?? {}
    const due =
      awaited === undefined ? containers : initContainers.slice(0, initContainers.indexOf(awaited) + 1)
    for (const { name } of due) {
      const one = this.#held.get(name)
      if (one?.state.life.is === 'waiting' && one.waiting === undefined && one.workload === undefined)
        this.#happen(one, { is: 'begin' })
    }
  }

  #happen(one: Held, news: ContainerNews): void {
    const { state, acts } = turn(one.state, news, one.rules, this.#tools.clock.now())
    const changed = state !== one.state
    one.state = state
    for (const act of acts) this.#act(one, act)
    if (!changed) return
    this.#advance()
    if (!isLaunching(state) || state.last !== undefined) this.#sync()
  }

  #act(one: Held, act: ContainerAct): void {
    switch (act.do) {
      case 'tell':
        return this.#tools.tell(this.#pod, act.type, act.reason, act.message)
      case 'wait':
        one.waiting?.()
        one.waiting = this.#tools.clock.after(act.ms, () => {
          delete one.waiting
          if (!this.#ending && !this.#silent) this.#happen(one, { is: 'due' })
        })
        return
      case 'launch':
        if (!this.#ending && !this.#silent) void this.#launch(one)
    }
  }

  async #launch(one: Held): Promise<void> {
    const run = ++one.run
    const { container, output } = one
    if (one.state.last !== undefined) output.renew()
    try {
      const { workload, what } = await this.#tools.launcher.launch({ self: this.self, container, output })
      if (this.#ending || this.#silent || one.run !== run) return workload.kill()
      one.workload = workload
      this.#happen(one, { is: 'launched', what })
      this.#probe(one)
      void this.#hook(one, 'postStart')
      const end = await workload.ended
      if (one.run !== run) return
      one.probing?.()
      output.current.close()
      delete one.workload
      if (!this.#silent) this.#happen(one, { is: 'exited', ...end })
    } catch (error) {
      if (!(error instanceof LaunchFailure)) throw error
      if (!this.#silent && one.run === run)
        this.#happen(one, { is: 'refused', reason: error.reason, message: error.message })
    }
  }

  #probe(one: Held): void {
    const { container } = one
    const { clock, launcher, tell } = this.#tools
    one.probing = probe(container, {
      clock,
      look: (asked, timeoutMs) => launcher.check(this.self, container, asked, timeoutMs),
      failed: (kind, message) =>
        tell(this.#pod, 'Warning', 'Unhealthy', `${capital(kind)} probe failed: ${message}`),
      decided: (kind, ok) => {
        if (kind === 'readiness') return this.#happen(one, { is: 'ready', value: ok })
        if (kind === 'startup' && ok) return this.#happen(one, { is: 'started', value: true })
        if (!ok) this.#restart(one, kind)
      },
    })
  }

  #restart(one: Held, kind: ProbeKind): void {
    const { container, workload } = one
    const asked = kind === 'startup' ? container.startupProbe : container.livenessProbe
    const { terminationGracePeriodSeconds: usual = 30 } = this.#pod.spec ?? {}
    const message = `Container ${container.name} failed ${kind} probe, will be restarted`
    this.#tools.tell(this.#pod, 'Normal', 'Killing', message)
    void this.#stop(workload, (asked?.terminationGracePeriodSeconds ?? usual) * 1000)
  }

  /** Resolves when it has ended, of itself or by SIGKILL. */
  async #stop(workload: Workload | undefined, graceMs: number): Promise<void> {
    if (workload === undefined) return
    const cancel = this.#tools.clock.after(graceMs, () => workload.kill())
    workload.stop()
    await workload.ended
    cancel()
  }

  /** Resolves when the hook is done, or too late. */
  async #hook({ container }: Held, name: 'postStart' | 'preStop', graceMs = hookMs): Promise<void> {
    const handler = container.lifecycle?.[name]
    if (handler === undefined) return
    const { clock, launcher, tell } = this.#tools
    if (handler.sleep !== undefined) return clock.sleep(Math.min(handler.sleep.seconds * 1000, graceMs))
    const { ok, message } = await launcher.check(this.self, container, handler, graceMs)
    if (!ok)
      tell(this.#pod, 'Warning', `Failed${capital(name)}Hook`, `${capital(name)}Hook failed: ${message}`)
  }

  #facts(): PodFacts {
    const containers = new Map([...this.#held].map(([name, { state }]) => [name, state] as const))
    return { containers, since: this.#since, ...this.place }
  }

  /** Soon, never from inside of what the API server tells: others hear of things in their order. */
  #sync(): void {
    if (this.#stale) return
    this.#stale = true
    queueMicrotask(() => {
      this.#stale = false
      if (this.#silent) return
      this.#tools.report(this.#pod, podStatus(this.#pod, this.#facts(), this.#tools.clock.now()))
    })
  }
}

const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`

const isLaunching = ({ life }: ContainerState): boolean => life.is === 'waiting' && life.launching === true

const isUnknown = ({ life }: ContainerState): boolean =>
  life.is === 'waiting' && ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'].includes(life.reason)
