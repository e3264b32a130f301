import type { ContainerEnd, ContainerState } from './container-life.ts'
import type { Container, Pod, PodCondition, PodStatus } from './objects.ts'

/** What the runtime knows of a pod, beyond the object itself. */
export interface PodFacts {
  /** By container name, init containers too. */
  readonly containers: ReadonlyMap<string, ContainerState>
  /** Empty: it has no address yet, or no longer. */
  readonly ips: readonly string[]
  readonly hostIp: string | undefined
  /** Milliseconds since 1970. */
  readonly since: number
  /** It has ended as a whole, whatever its containers say: `DeadlineExceeded`. */
  readonly failure?: { readonly reason: string; readonly message: string }
}

/** The API server writes whole seconds. */
export const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

/** An init container that goes on beside the others. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always'

/** What a kubelet writes. Conditions that others write (PodScheduled, gates) are not among them. */
export function podStatus(pod: Pod, facts: PodFacts, now: number): PodStatus {
  const { containers = [], initContainers = [] } = pod.spec ?? {}
  const phase = facts.failure === undefined ? phaseOf(pod, facts) : 'Failed'
  const { hostIp, ips } = facts
  return {
    phase,
    ...facts.failure,
    startTime: timeText(facts.since),
    qosClass: qosOf(containers),
    ...(hostIp === undefined ? {} : { hostIP: hostIp, hostIPs: [{ ip: hostIp }] }),
    ...(ips[0] === undefined ? {} : { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) }),
    conditions: conditionsOf(pod, facts, phase, now),
    ...(initContainers.length === 0
      ? {}
      : { initContainerStatuses: initContainers.map((one) => containerStatus(pod, one, facts)) }),
    containerStatuses: containers.map((one) => containerStatus(pod, one, facts)),
  }
}

/** The first init container that is not done, or undefined. A sidecar is done when it has started. */
export function initAwaited({ spec }: Pod, states: PodFacts['containers']): Container | undefined {
  return spec?.initContainers?.find((container) => {
    const life = states.get(container.name)?.life
    if (isSidecar(container)) return !(life?.is === 'running' && life.started)
    return !(life?.is === 'ended' && life.end.exitCode === 0)
  })
}

function phaseOf(pod: Pod, { containers: states }: PodFacts): string {
  const { containers = [], initContainers = [] } = pod.spec ?? {}
  const failedInit = initContainers.some((one) => {
    const life = states.get(one.name)?.life
    return life?.is === 'ended' && life.end.exitCode !== 0 && !isSidecar(one)
  })
  if (failedInit) return 'Failed'
  const all = containers.map(({ name }) => states.get(name))
  const lives = all.map((state) => state?.life)
  if (lives.length > 0 && lives.every((life) => life?.is === 'ended'))
    return lives.every((life) => life?.is === 'ended' && life.end.exitCode === 0) ? 'Succeeded' : 'Failed'
  const hasBegun = all.every((state) => state?.life.is !== 'waiting' || state.last !== undefined)
  return hasBegun && initAwaited(pod, states) === undefined ? 'Running' : 'Pending'
}

/** Of what Kubernetes calls quality of service; nothing here is limited. */
function qosOf(containers: readonly Container[]): string {
  const asked = containers.flatMap(({ resources }) => [
    ...Object.keys(resources?.limits ?? {}),
    ...Object.keys(resources?.requests ?? {}),
  ])
  if (asked.length === 0) return 'BestEffort'
  const fixed = containers.every(({ resources: { limits = {}, requests } = {} }) =>
    ['cpu', 'memory'].every((one) => limits[one] !== undefined && limits[one] === (requests ?? limits)[one]),
  )
  return fixed ? 'Guaranteed' : 'Burstable'
}

const isReadyNow = (state: ContainerState | undefined): boolean =>
  state?.life.is === 'running' && state.life.ready

interface Verdict {
  readonly ok: boolean
  readonly reason?: string
  readonly message?: string
}

function conditionsOf(pod: Pod, facts: PodFacts, phase: string, now: number): readonly PodCondition[] {
  const { containers = [] } = pod.spec ?? {}
  const before = pod.status?.conditions ?? []
  const verdicts: Readonly<Record<string, Verdict>> = {
    PodReadyToStartContainers: { ok: facts.ips.length > 0 },
    Initialized: initVerdict(pod, facts, phase),
    ContainersReady: containersVerdict(containers, facts, phase),
    Ready: readyVerdict(pod, containersVerdict(containers, facts, phase), before),
  }
  return Object.entries(verdicts).map(([type, { ok, reason, message }]) => {
    const status = ok ? 'True' : 'False'
    const old = before.find((one) => one.type === type)
    const since = old?.status === status ? old.lastTransitionTime : undefined
    return {
      type,
      status,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
      lastTransitionTime: since ?? timeText(now),
    }
  })
}

function initVerdict(pod: Pod, { containers }: PodFacts, phase: string): Verdict {
  const awaited = initAwaited(pod, containers)
  if (awaited === undefined || phase === 'Succeeded') return { ok: true }
  return {
    ok: false,
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${awaited.name}]`,
  }
}

function containersVerdict(
  containers: readonly Container[],
  { containers: states }: PodFacts,
  phase: string,
): Verdict {
  if (phase === 'Succeeded') return { ok: false, reason: 'PodCompleted' }
  if (phase === 'Failed') return { ok: false, reason: 'PodFailed' }
  const unready = containers.filter(({ name }) => !isReadyNow(states.get(name)))
  if (unready.length === 0) return { ok: true }
  const names = unready.map(({ name }) => name).join(' ')
  return {
    ok: false,
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${names}]`,
  }
}

/** A pod is ready when its containers and all its gates are. */
function readyVerdict({ spec }: Pod, containers: Verdict, conditions: readonly PodCondition[]): Verdict {
  if (!containers.ok) return containers
  const closed = (spec?.readinessGates ?? []).filter(
    ({ conditionType }) => conditions.find(({ type }) => type === conditionType)?.status !== 'True',
  )
  const [gate] = closed
  if (gate === undefined) return { ok: true }
  const missing = conditions.every(({ type }) => type !== gate.conditionType)
  return {
    ok: false,
    reason: 'ReadinessGatesNotReady',
    message: missing
      ? `corresponding condition of pod readiness gate "${gate.conditionType}" does not exist.`
      : `the status of pod readiness gate "${gate.conditionType}" is not "True", but ${
          conditions.find(({ type }) => type === gate.conditionType)?.status ?? ''
        }`,
  }
}

/** One run of a container. Only that it is another one after a restart matters. */
const containerId = ({ metadata }: Pod, name: string, run: number): string =>
  `sandbox://${metadata.uid ?? ''}/${name}/${run}`

function containerStatus(pod: Pod, { name, image = '' }: Container, { containers }: PodFacts): object {
  const state = containers.get(name)
  const { life, restarts = 0, last } = state ?? {}
  const run = containerId(pod, name, restarts)
  const began = life?.is === 'running' || (life?.is === 'ended' && life.end.reason !== 'StartError')
  const lastRun = containerId(pod, name, life?.is === 'waiting' ? restarts : restarts - 1)
  return {
    name,
    image,
    imageID: began ? `sandbox://${image}` : '',
    ...(began ? { containerID: run } : {}),
    ready: isReadyNow(state) || (life?.is === 'ended' && isInit(pod, name) && life.end.exitCode === 0),
    started: life?.is === 'running' && life.started,
    restartCount: restarts,
    state: state === undefined ? { waiting: { reason: 'ContainerCreating' } } : lifeStatus(state, run),
    lastState: last === undefined ? {} : { terminated: endStatus(last, lastRun) },
  }
}

const isInit = ({ spec }: Pod, name: string): boolean =>
  spec?.initContainers?.some((one) => one.name === name) === true

function lifeStatus({ life }: ContainerState, run: string): object {
  if (life.is === 'running') return { running: { startedAt: timeText(life.since) } }
  if (life.is === 'ended') return { terminated: endStatus(life.end, run) }
  const { reason, message } = life
  return { waiting: { reason, ...(message === undefined ? {} : { message }) } }
}

const endStatus = ({ exitCode, signal, reason, message, since, at }: ContainerEnd, run: string): object => ({
  exitCode,
  ...(signal === undefined ? {} : { signal }),
  reason,
  ...(message === undefined ? {} : { message }),
  startedAt: timeText(since ?? at),
  finishedAt: timeText(at),
  containerID: run,
})
