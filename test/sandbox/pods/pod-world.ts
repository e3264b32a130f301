import { runControllers } from '../../../localstack/kubernetes/controllers/run.ts'
import { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { systemClock, type Clock } from '../../../src/lib/clock.ts'
import { layoutOf } from '../../../src/sandbox/layout.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configSource } from '../../../src/sandbox/pods/config-source.ts'
import type { Launcher } from '../../../src/sandbox/pods/launch.ts'
import { LocalLauncher } from '../../../src/sandbox/pods/launcher.ts'
import type { MountMeans } from '../../../src/sandbox/pods/mounts/means.ts'
import type { Container, Pod, PodSpec } from '../../../src/sandbox/pods/objects.ts'
import { SandboxPods } from '../../../src/sandbox/pods/pods.ts'

/** What takes so long does not come at all, however busy the machine is. */
const patienceMs = 30_000

export interface PodWorldOptions {
  readonly launcher?: Launcher
  readonly clock?: Clock
  readonly nodes?: number
  /** What mounts the volumes of pods. Default: nothing. */
  readonly means?: MountMeans
}

/** A cluster whose pods really run. Each test file has a base of its own, so that files can run side by side. */
export function podWorld(base: number, options: PodWorldOptions = {}) {
  const { clock = systemClock } = options
  const state = new ClusterState({ clock })
  const running = new AbortController()
  for (const { name, address, podRange } of layoutOf(base, options.nodes ?? 2).nodes)
    state.addNode({ name, address, podCIDRs: [podRange] })
  const folder = mkdtempSync(join(tmpdir(), 'pods-'))
  const local = new LocalLauncher({
    folder,
    sources: configSource(state),
    services: () => state.list('services').items,
    echoLingerMs: 1,
    ...(options.means === undefined ? {} : { means: () => options.means }),
  })
  const pods = new SandboxPods(state, options.launcher ?? local)
  runControllers(state, running.signal, { runner: () => pods })
  return {
    state,
    pods,
    folder,
    stop: () => {
      running.abort()
      rmSync(folder, { recursive: true, force: true })
    },
    pod: (name: string) => state.find('pods', name) as Pod | undefined,
    all: () => state.list('pods').items as readonly Pod[],
    events: () =>
      state
        .list('events')
        .items.map(({ reason = '' }) => reason)
        .toSorted(),
    add: (name: string, container: Partial<Container>, spec: Partial<PodSpec> = {}, metadata: object = {}) =>
      state.create('pods', {
        metadata: { name, ...metadata },
        spec: { containers: [{ name: 'app', image: 'echo', ...container }], ...spec },
      }),
    /** Resolves with the first pod of that name of which it holds. Fails when none comes. */
    until: (name: string, holds: (pod: Pod) => boolean): Promise<Pod> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          stop()
          reject(new Error(`not reached: ${JSON.stringify(state.find('pods', name)?.['status'])}`))
        }, patienceMs)
        const look = (pod: Pod | undefined) => {
          if (pod === undefined || !holds(pod)) return
          clearTimeout(timer)
          queueMicrotask(() => stop())
          resolve(pod)
        }
        const stop = state.watch('pods', {}, (event) => {
          if (event.type === 'ADDED' || event.type === 'MODIFIED')
            if (event.object.metadata.name === name) look(event.object)
        })
      }),
  }
}

export type PodWorld = ReturnType<typeof podWorld>

/** Runs a story in a new world, which ends with it. */
export async function withPods(
  base: number,
  story: (world: PodWorld) => Promise<void>,
  options: PodWorldOptions = {},
): Promise<void> {
  const world = podWorld(base, options)
  try {
    await story(world)
  } finally {
    world.stop()
  }
}

export const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
