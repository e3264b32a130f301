/**
 * The life of one container, as a pure machine: what has happened goes in, what is to be done comes out.
 *
 *   waiting --launch--> running --exit--> ended, or waiting (back-off) --due--> launch again
 */
export type Life =
  /** `until`: when it is tried again, in milliseconds since 1970. */
  | {
      readonly is: 'waiting'
      readonly reason: string
      readonly message?: string
      readonly until?: number
      readonly launching?: boolean
    }
  | { readonly is: 'running'; readonly since: number; readonly ready: boolean; readonly started: boolean }
  | { readonly is: 'ended'; readonly end: ContainerEnd }

export interface ContainerEnd {
  readonly exitCode: number
  readonly signal?: number
  /** `Completed`, `Error`, `StartError`. */
  readonly reason: string
  readonly message?: string
  /** Milliseconds since 1970. */
  readonly since?: number
  readonly at: number
}

export interface ContainerState {
  readonly life: Life
  readonly restarts: number
  readonly last?: ContainerEnd
  /** How long the next wait after an end is; 0 after a life without one. */
  readonly backOffMs: number
}

export interface ContainerRules {
  readonly name: string
  readonly image: string
  readonly restart: 'Always' | 'OnFailure' | 'Never'
  /** Whether a startup or readiness probe has to pass first. */
  readonly startupProbe: boolean
  readonly readinessProbe: boolean
  /** `POD_NAMESPACE(UID)`, as back-off messages name it. */
  readonly pod: string
}

export type ContainerNews =
  | { readonly is: 'begin' }
  | { readonly is: 'due' }
  /** `what` stands in for the image. */
  | { readonly is: 'launched'; readonly what: string }
  | { readonly is: 'refused'; readonly reason: FailureReason; readonly message: string }
  | { readonly is: 'exited'; readonly exitCode: number; readonly signal?: number; readonly message?: string }
  | { readonly is: 'ready' | 'started'; readonly value: boolean }

/**
 * `ErrImagePull`: no such image. `FailedMount`, `CreateContainerConfigError`: something that it names is missing.
 * `RunContainerError`: it does not start.
 */
export type FailureReason =
  'ErrImagePull' | 'InvalidImageName' | 'FailedMount' | 'CreateContainerConfigError' | 'RunContainerError'

export type ContainerAct =
  | { readonly do: 'launch' }
  | { readonly do: 'wait'; readonly ms: number }
  | {
      readonly do: 'tell'
      readonly type: 'Normal' | 'Warning'
      readonly reason: string
      readonly message: string
    }

export interface ContainerTurn {
  readonly state: ContainerState
  readonly acts: readonly ContainerAct[]
}

/** A container that crashes waits so long before its second restart, then twice that, up to the longest. */
const firstBackOffMs = 10_000
export const longestBackOffMs = 300_000
/** One that ran for so long has its crashes forgiven. */
const forgivenMs = 600_000
/** From a failed pull until the pod says that it backs off, and between two looks for something that is missing. */
const briefMs = 1000

export const newContainer = (waits = 'ContainerCreating'): ContainerState => ({
  life: { is: 'waiting', reason: waits },
  restarts: 0,
  backOffMs: 0,
})

export function turn(
  state: ContainerState,
  news: ContainerNews,
  rules: ContainerRules,
  now: number,
): ContainerTurn {
  if (news.is === 'begin') return launching(state)
  if (news.is === 'due') return afterWait(state, rules, now)
  if (news.is === 'launched') return launched(state, news, rules, now)
  if (news.is === 'refused') return refused(state, news, rules, now)
  if (news.is === 'exited') return exited(state, news, rules, now)
  const { life } = state
  return still(life.is === 'running' ? { ...state, life: probed(life, news, rules) } : state)
}

const still = (state: ContainerState): ContainerTurn => ({ state, acts: [] })

function probed(
  life: Life & { is: 'running' },
  news: ContainerNews & { value: boolean },
  rules: ContainerRules,
): Life {
  if (news.is === 'ready') return { ...life, ready: news.value }
  return { ...life, started: news.value, ready: news.value && !rules.readinessProbe }
}

function launching(state: ContainerState): ContainerTurn {
  if (state.life.is === 'running' || (state.life.is === 'waiting' && state.life.launching === true))
    return still(state)
  const life =
    state.life.is === 'waiting' ? state.life : ({ is: 'waiting', reason: 'ContainerCreating' } as const)
  const { until: _until, ...rest } = life
  return { state: { ...state, life: { ...rest, launching: true } }, acts: [{ do: 'launch' }] }
}

function afterWait(state: ContainerState, rules: ContainerRules, now: number): ContainerTurn {
  const { life } = state
  if (life.is !== 'waiting' || life.launching === true) return still(state)
  if (life.until !== undefined && life.until > now)
    return life.reason === 'ErrImagePull'
      ? {
          state: {
            ...state,
            life: { ...life, reason: 'ImagePullBackOff', message: pullingBack(life, rules) },
          },
          acts: [
            {
              do: 'tell',
              type: 'Normal',
              reason: 'BackOff',
              message: `Back-off pulling image "${rules.image}"`,
            },
            { do: 'tell', type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff' },
            { do: 'wait', ms: life.until - now },
          ],
        }
      : { state, acts: [{ do: 'wait', ms: life.until - now }] }
  return launching(state)
}

const pullingBack = (life: Life & { is: 'waiting' }, { image }: ContainerRules): string =>
  `Back-off pulling image "${image}": ErrImagePull: ${life.message ?? ''}`

const told = (reason: string, message: string): ContainerAct => ({
  do: 'tell',
  type: 'Normal',
  reason,
  message,
})

function launched(
  state: ContainerState,
  { what }: ContainerNews & { is: 'launched' },
  rules: ContainerRules,
  now: number,
): ContainerTurn {
  const started = !rules.startupProbe
  return {
    state: {
      ...state,
      restarts: state.restarts + (state.last === undefined ? 0 : 1),
      life: { is: 'running', since: now, started, ready: started && !rules.readinessProbe },
    },
    acts: [
      told('Pulled', `Container image "${rules.image}" is here: ${what}`),
      told('Created', `Created container: ${rules.name}`),
      told('Started', `Started container ${rules.name}`),
    ],
  }
}

const doubled = (ms: number): number => Math.min(longestBackOffMs, ms === 0 ? firstBackOffMs : ms * 2)

function refused(
  state: ContainerState,
  { reason, message }: ContainerNews & { is: 'refused' },
  rules: ContainerRules,
  now: number,
): ContainerTurn {
  if (reason === 'FailedMount')
    return {
      state: { ...state, life: { is: 'waiting', reason: 'ContainerCreating', until: now + briefMs } },
      acts: [
        { do: 'tell', type: 'Warning', reason, message },
        { do: 'wait', ms: briefMs },
      ],
    }
  if (reason === 'CreateContainerConfigError')
    return {
      state: { ...state, life: { is: 'waiting', reason, message, until: now + briefMs } },
      acts: [
        { do: 'tell', type: 'Warning', reason: 'Failed', message: `Error: ${message}` },
        { do: 'wait', ms: briefMs },
      ],
    }
  const backOffMs = doubled(state.backOffMs)
  if (reason !== 'RunContainerError')
    return {
      state: { ...state, backOffMs, life: { is: 'waiting', reason, message, until: now + backOffMs } },
      acts: [
        {
          do: 'tell',
          type: 'Warning',
          reason: 'Failed',
          message: `Failed to pull image "${rules.image}": ${message}`,
        },
        { do: 'tell', type: 'Warning', reason: 'Failed', message: `Error: ${reason}` },
        { do: 'wait', ms: briefMs },
      ],
    }
  const end: ContainerEnd = { exitCode: 128, reason: 'StartError', message, at: now }
  const told = { do: 'tell', type: 'Warning', reason: 'Failed', message: `Error: ${message}` } as const
  if (rules.restart === 'Never') return { state: { ...state, life: { is: 'ended', end } }, acts: [told] }
  return {
    state: {
      ...state,
      backOffMs,
      last: end,
      life: { is: 'waiting', reason, message, until: now + backOffMs },
    },
    acts: [told, { do: 'wait', ms: backOffMs }],
  }
}

function exited(
  state: ContainerState,
  news: ContainerNews & { is: 'exited' },
  rules: ContainerRules,
  now: number,
): ContainerTurn {
  const since = state.life.is === 'running' ? state.life.since : undefined
  const end: ContainerEnd = {
    exitCode: news.exitCode,
    ...(news.signal === undefined ? {} : { signal: news.signal }),
    ...(news.message === undefined ? {} : { message: news.message }),
    reason: news.exitCode === 0 ? 'Completed' : 'Error',
    ...(since === undefined ? {} : { since }),
    at: now,
  }
  const again = rules.restart === 'Always' || (rules.restart === 'OnFailure' && news.exitCode !== 0)
  if (!again) return still({ ...state, life: { is: 'ended', end } })
  const forgiven = since !== undefined && now - since >= forgivenMs
  const waitMs = forgiven ? 0 : state.backOffMs
  const next = { ...state, last: end, backOffMs: doubled(waitMs) }
  // The first restart comes at once.
  if (waitMs === 0) return launching({ ...next, life: { is: 'ended', end } })
  const message = `back-off ${spoken(waitMs)} restarting failed container=${rules.name} pod=${rules.pod}`
  return {
    state: { ...next, life: { is: 'waiting', reason: 'CrashLoopBackOff', message, until: now + waitMs } },
    acts: [
      {
        do: 'tell',
        type: 'Warning',
        reason: 'BackOff',
        message: `Back-off restarting failed container ${rules.name} in pod ${rules.pod}`,
      },
      { do: 'wait', ms: waitMs },
    ],
  }
}

/** `10s`, `2m40s`: as Go writes it. */
const spoken = (ms: number): string => {
  const [minutes, seconds] = [Math.floor(ms / 60_000), Math.round((ms % 60_000) / 1000)]
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`
}
