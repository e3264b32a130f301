import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContainerState, Life } from '../../../src/sandbox/pods/container-life.ts'
import type { Container, Pod } from '../../../src/sandbox/pods/objects.ts'
import { podStatus, type PodFacts } from '../../../src/sandbox/pods/pod-status.ts'

const second = 1000
const iso = (seconds: number): string => new Date(seconds * second).toISOString().replace('.000Z', 'Z')

const state = (life: Life, more: Partial<ContainerState> = {}): ContainerState => ({
  life,
  restarts: 0,
  backOffMs: 0,
  ...more,
})
const creating = state({ is: 'waiting', reason: 'ContainerCreating' })
const running = (ready = true, started = true): ContainerState =>
  state({ is: 'running', since: 2 * second, ready, started })
const end = (exitCode: number) => ({
  exitCode,
  reason: exitCode === 0 ? 'Completed' : 'Error',
  at: 9 * second,
})
const ended = (exitCode: number): ContainerState => state({ is: 'ended', end: end(exitCode) })
const crashed = state(
  { is: 'waiting', reason: 'CrashLoopBackOff', message: 'why' },
  { restarts: 2, last: { ...end(1), since: 8 * second } },
)

interface Of {
  readonly init?: readonly Container[]
  readonly containers?: readonly Container[]
  readonly pod?: Partial<Pod>
  readonly facts?: Partial<PodFacts>
}
const statusOf = (
  states: Readonly<Record<string, ContainerState>>,
  { init, containers, pod, facts }: Of = {},
) =>
  podStatus(
    {
      metadata: { name: 'web', uid: 'u1' },
      ...pod,
      spec: {
        containers: containers ?? [{ name: 'app', image: 'echo' }],
        ...(init === undefined ? {} : { initContainers: init }),
        ...pod?.spec,
      },
    },
    {
      containers: new Map(Object.entries(states)),
      ips: ['10.0.0.1'],
      hostIp: '10.9.0.1',
      since: 0,
      ...facts,
    },
    10 * second,
  )

const init = [{ name: 'one' }, { name: 'two' }]
const sidecar = [{ name: 'one', restartPolicy: 'Always' }]
const both = [{ name: 'app' }, { name: 'log' }]

/** The phase, and the types of the conditions that hold. */
const phases: readonly (Of & {
  readonly name: string
  readonly states: Readonly<Record<string, ContainerState>>
  readonly is: string
})[] = [
  {
    name: 'nothing has begun',
    states: { app: creating },
    is: 'Pending: PodReadyToStartContainers Initialized',
  },
  { name: 'nothing is known', states: {}, is: 'Running: PodReadyToStartContainers Initialized' },
  {
    name: 'it runs, and is not ready',
    states: { app: running(false) },
    is: 'Running: PodReadyToStartContainers Initialized',
  },
  {
    name: 'it runs',
    states: { app: running() },
    is: 'Running: PodReadyToStartContainers Initialized ContainersReady Ready',
  },
  {
    name: 'without an address',
    states: { app: running() },
    facts: { ips: [] },
    is: 'Running: Initialized ContainersReady Ready',
  },
  { name: 'it crashes', states: { app: crashed }, is: 'Running: PodReadyToStartContainers Initialized' },
  {
    name: 'it has ended well',
    states: { app: ended(0) },
    is: 'Succeeded: PodReadyToStartContainers Initialized',
  },
  { name: 'it has failed', states: { app: ended(1) }, is: 'Failed: PodReadyToStartContainers Initialized' },
  {
    name: 'one of two has ended',
    containers: both,
    states: { app: running(), log: ended(0) },
    is: 'Running: PodReadyToStartContainers Initialized',
  },
  {
    name: 'one of two has failed, the other ended well',
    containers: both,
    states: { app: ended(0), log: ended(1) },
    is: 'Failed: PodReadyToStartContainers Initialized',
  },
  {
    name: 'an init container runs',
    init,
    states: { one: ended(0), two: running(), app: creating },
    is: 'Pending: PodReadyToStartContainers',
  },
  {
    name: 'an init container has failed for good',
    init,
    states: { one: ended(0), two: ended(1), app: creating },
    is: 'Failed: PodReadyToStartContainers',
  },
  {
    name: 'a sidecar has not started',
    init: sidecar,
    states: { one: running(false, false), app: creating },
    is: 'Pending: PodReadyToStartContainers',
  },
  {
    name: 'a sidecar has started',
    init: sidecar,
    states: { one: running(false), app: running() },
    is: 'Running: PodReadyToStartContainers Initialized ContainersReady Ready',
  },
  {
    name: 'a sidecar that has failed fails no pod',
    init: sidecar,
    states: { one: ended(1), app: creating },
    is: 'Pending: PodReadyToStartContainers',
  },
  {
    name: 'a sidecar that has ended with the rest that ended well',
    init: sidecar,
    states: { one: ended(137), app: ended(0) },
    is: 'Succeeded: PodReadyToStartContainers Initialized',
  },
  {
    name: 'it took too long',
    states: { app: running() },
    facts: { failure: { reason: 'DeadlineExceeded', message: 'too long' } },
    is: 'Failed: PodReadyToStartContainers Initialized',
  },
]
for (const { name, states, is, ...of } of phases)
  test(`pod status: ${name}`, () => {
    const { phase, conditions = [] } = statusOf(states, of)
    const held = conditions.filter(({ status }) => status === 'True').map(({ type }) => type)
    assert.equal(`${phase}: ${held.join(' ')}`, is)
  })

const why = (states: Readonly<Record<string, ContainerState>>, of: Of = {}) =>
  Object.fromEntries(
    (statusOf(states, of).conditions ?? []).map(({ type, reason = '', message = '' }) => [
      type,
      `${reason}: ${message}`,
    ]),
  )

test('pod status: why a condition does not hold', () => {
  const pending = why(
    { one: ended(0), two: creating, app: creating, log: creating },
    { init, containers: both },
  )
  assert.equal(pending['Initialized'], 'ContainersNotInitialized: containers with incomplete status: [two]')
  assert.equal(pending['Ready'], 'ContainersNotReady: containers with unready status: [app log]')
  assert.equal(why({ app: ended(0) })['Ready'], 'PodCompleted: ')
  assert.equal(why({ app: ended(1) })['ContainersReady'], 'PodFailed: ')
  const gates = { spec: { readinessGates: [{ conditionType: 'a' }] } }
  const gate = (conditions: object[]) =>
    why({ app: running() }, { pod: { ...gates, status: { conditions } } as unknown as Partial<Pod> })['Ready']
  assert.equal(
    gate([{ type: 'b', status: 'True' }]),
    'ReadinessGatesNotReady: corresponding condition of pod readiness gate "a" does not exist.',
  )
  assert.equal(
    gate([{ type: 'a', status: 'False' }]),
    'ReadinessGatesNotReady: the status of pod readiness gate "a" is not "True", but False',
  )
  assert.equal(gate([{ type: 'a', status: 'True' }]), ': ')
})

test('pod status: a condition keeps its time until it changes', () => {
  const old = [
    { type: 'Ready', status: 'True', lastTransitionTime: iso(3) },
    { type: 'Initialized', status: 'False', lastTransitionTime: iso(4) },
  ]
  const { conditions = [] } = statusOf({ app: running() }, { pod: { status: { conditions: old } } })
  const times = Object.fromEntries(
    conditions.map(({ type, lastTransitionTime }) => [type, lastTransitionTime]),
  )
  assert.equal(times['Ready'], iso(3))
  assert.equal(times['Initialized'], iso(10))
})

const one = (states: Readonly<Record<string, ContainerState>>) => statusOf(states).containerStatuses?.[0]

test('pod status: how a container is and was', () => {
  assert.deepEqual(one({}), {
    name: 'app',
    image: 'echo',
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason: 'ContainerCreating' } },
    lastState: {},
  })
  assert.deepEqual(one({ app: { ...running(false), restarts: 1, last: { ...end(3), since: second } } }), {
    name: 'app',
    image: 'echo',
    imageID: 'sandbox://echo',
    containerID: 'sandbox://u1/app/1',
    ready: false,
    started: true,
    restartCount: 1,
    state: { running: { startedAt: iso(2) } },
    lastState: {
      terminated: {
        exitCode: 3,
        reason: 'Error',
        startedAt: iso(1),
        finishedAt: iso(9),
        containerID: 'sandbox://u1/app/0',
      },
    },
  })
  assert.deepEqual(one({ app: crashed }), {
    name: 'app',
    image: 'echo',
    imageID: '',
    ready: false,
    started: false,
    restartCount: 2,
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'why' } },
    lastState: {
      terminated: {
        exitCode: 1,
        reason: 'Error',
        startedAt: iso(8),
        finishedAt: iso(9),
        containerID: 'sandbox://u1/app/2',
      },
    },
  })
  const killed = { exitCode: 137, signal: 9, reason: 'Error', message: 'm', at: 9 * second }
  assert.deepEqual(Reflect.get(one({ app: state({ is: 'ended', end: killed }) }) ?? {}, 'state'), {
    terminated: {
      exitCode: 137,
      signal: 9,
      reason: 'Error',
      message: 'm',
      startedAt: iso(9),
      finishedAt: iso(9),
      containerID: 'sandbox://u1/app/0',
    },
  })
  const never = state({ is: 'ended', end: { ...end(128), reason: 'StartError' } })
  assert.equal(Reflect.get(one({ app: never }) ?? {}, 'imageID'), '')
})

test('pod status: an init container that has ended well is ready', () => {
  const { initContainerStatuses = [] } = statusOf({ one: ended(0), two: ended(1), app: creating }, { init })
  assert.deepEqual(
    initContainerStatuses.map((one) => Reflect.get(one, 'ready')),
    [true, false],
  )
  assert.equal(Reflect.get(statusOf({ app: ended(0) }).containerStatuses?.[0] ?? {}, 'ready'), false)
})

const resources: readonly (readonly [is: string, ...of: readonly object[]])[] = [
  ['BestEffort', {}],
  ['BestEffort', { limits: {} }, {}],
  ['Burstable', { limits: { cpu: '1' } }],
  ['Burstable', { requests: { cpu: '1', memory: '1' } }],
  ['Guaranteed', { limits: { cpu: '1', memory: '1' } }],
  ['Guaranteed', { limits: { cpu: '1', memory: '1' }, requests: { cpu: '1', memory: '1' } }],
  ['Burstable', { limits: { cpu: '2', memory: '1' }, requests: { cpu: '1', memory: '1' } }],
  ['Burstable', { limits: { cpu: '1', memory: '1' } }, {}],
]
for (const [is, ...of] of resources)
  test(`pod status: ${is} of ${JSON.stringify(of)}`, () => {
    const containers = of.map((each, at) => ({ name: `c${at}`, resources: each }))
    assert.equal(statusOf({}, { containers }).qosClass, is)
  })

test('pod status: addresses and times', () => {
  const { startTime, hostIP, hostIPs, podIP, podIPs } = statusOf(
    {},
    { facts: { ips: ['10.0.0.1', 'fd00::1'] } },
  )
  assert.deepEqual(
    { startTime, hostIP, hostIPs, podIP, podIPs },
    {
      startTime: iso(0),
      hostIP: '10.9.0.1',
      hostIPs: [{ ip: '10.9.0.1' }],
      podIP: '10.0.0.1',
      podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }],
    },
  )
  const none = statusOf({}, { facts: { ips: [], hostIp: undefined } })
  assert.deepEqual(
    [none.podIP, none.podIPs, none.hostIP, none.hostIPs],
    [undefined, undefined, undefined, undefined],
  )
})
