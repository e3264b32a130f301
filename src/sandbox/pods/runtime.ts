import { connect } from 'node:net'
import type { Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream'
import { ApiFault, badRequest, notFound } from '../../../localstack/kubernetes/fault.ts'
import type {
  ContainerRef,
  Ended,
  LogOptions,
  PodRef,
  PodRuntime,
  Terminal,
} from '../../../localstack/kubernetes/pod-runtime.ts'
import { resources } from '../../../localstack/kubernetes/resource.ts'
import { localCommand, terminalEnv } from './container-setup.ts'
import { logStream } from './log-stream.ts'
import type { LocalLauncher } from './launcher.ts'
import type { Container } from './objects.ts'
import type { PodLife } from './pod-life.ts'
import type { SandboxPods } from './pods.ts'
import { startWorkload } from './start-workload.ts'
import { LaunchFailure, type Place, type Workload } from './workload.ts'

const defaultContainer = 'kubectl.kubernetes.io/default-container'

interface Found {
  readonly life: PodLife
  readonly container: Container
}

/** What `kubectl logs`, `exec`, `attach` and `port-forward` reach of pods on this machine. */
export class LocalPodRuntime implements PodRuntime {
  readonly #pods: SandboxPods
  readonly #launcher: LocalLauncher
  readonly #place: Place

  constructor(pods: SandboxPods, launcher: LocalLauncher, place: Place) {
    this.#pods = pods
    this.#launcher = launcher
    this.#place = place
  }

  async *logs(of: ContainerRef, options: LogOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { life, container } = this.#find(of)
    const { name } = container
    const output = life.output(name)
    const state = life.state(name)
    const ring = options.previous ? output?.previous : output?.current
    if (options.previous && ring === undefined)
      throw badRequest(`previous terminated container "${name}" in pod "${of.name}" not found`)
    if (ring === undefined || (state?.life.is === 'waiting' && state.last === undefined)) {
      const why = state?.life.is === 'waiting' ? state.life.reason : 'ContainerCreating'
      throw badRequest(`container "${name}" in pod "${of.name}" is waiting to start: ${why}`)
    }
    const ended = options.previous ? undefined : life.workload(name)?.ended
    yield* logStream(ring, options, ended ?? Promise.resolve(), signal)
  }

  async exec(
    of: ContainerRef,
    command: readonly string[],
    io: Terminal,
    signal: AbortSignal,
  ): Promise<Ended> {
    const found = this.#find(of)
    const { life, container } = found
    const main = this.#running(of, found)
    try {
      const setup = this.#launcher.setup(life.self, container)
      const words = localCommand(command, setup)
      const env = io.tty ? { ...terminalEnv, ...setup.env } : setup.env
      const started = await startWorkload(
        { ...setup, env, command: words, stdin: io.stdin !== undefined, tty: io.tty },
        this.#launcher.guard,
      )
      return await joined(started, io, main, signal)
    } catch (error) {
      if (error instanceof LaunchFailure)
        throw new ApiFault(500, 'InternalError', `error executing command in container: ${error.message}`)
      throw error
    }
  }

  async attach(of: ContainerRef, io: Terminal, signal: AbortSignal): Promise<Ended> {
    const found = this.#find(of)
    const { life, container } = found
    const main = this.#running(of, found)
    const detach = life.output(container.name)?.attach((stream, bytes) => {
      ;(stream === 'stderr' && !io.tty ? io.stderr : io.stdout)?.write(bytes)
    })
    io.onResize((size) => main.resize?.(size))
    const { stdin } = main
    if (io.stdin !== undefined && stdin !== undefined) {
      io.stdin.pipe(stdin, { end: container.stdinOnce === true })
    }
    const gone = new Promise<Ended>((resolve) => {
      signal.addEventListener('abort', () => resolve({ exitCode: 0 }), { once: true })
    })
    try {
      return await Promise.race([main.ended, gone])
    } finally {
      detach?.()
      if (stdin !== undefined) io.stdin?.unpipe(stdin)
    }
  }

  dial({ namespace, name }: PodRef, port: number, signal: AbortSignal): Promise<Duplex> {
    const life = this.#lifeOf({ namespace, name })
    const at = this.#place(life.place.ips[0] ?? '127.0.0.1', port)
    return new Promise((resolve, reject) => {
      const socket = connect({ host: at.address, port: at.port, allowHalfOpen: true })
      const give = () => socket.destroy(new Error('given up'))
      signal.addEventListener('abort', give, { once: true })
      socket.once('connect', () => {
        signal.removeEventListener('abort', give)
        socket.off('error', refuse)
        resolve(socket)
      })
      const refuse = (error: Error) =>
        reject(
          new ApiFault(500, 'InternalError', `unable to reach port ${port} of pod ${name}: ${error.message}`),
        )
      socket.once('error', refuse)
    })
  }

  #lifeOf({ namespace, name }: PodRef): PodLife {
    const life = this.#pods.life(namespace, name)
    if (life !== undefined) return life
    if (this.#pods.knows(namespace, name))
      throw badRequest(`pod ${name} does not have a host assigned, or its node is stopped`)
    throw notFound(resources.pods, name)
  }

  #find(of: ContainerRef): Found {
    const life = this.#lifeOf(of)
    const { containers = [], initContainers = [] } = life.pod.spec ?? {}
    const wanted = of.container ?? life.pod.metadata.annotations?.[defaultContainer] ?? containers[0]?.name
    const container = [...containers, ...initContainers].find(({ name }) => name === wanted)
    if (container === undefined) throw badRequest(`container ${wanted} is not valid for pod ${of.name}`)
    return { life, container }
  }

  #running(of: ContainerRef, { life, container }: Found): Workload {
    const main = life.workload(container.name)
    if (main !== undefined) return main
    throw badRequest(`container ${container.name} of pod ${of.namespace}/${of.name} is not running`)
  }
}

/** A process beside a container's own: it goes with the container, and with whoever asked for it. */
async function joined(
  started: Workload & { readonly stdout: Readable; readonly stderr: Readable },
  io: Terminal,
  main: Workload,
  signal: AbortSignal,
): Promise<Ended> {
  const end = () => started.kill()
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  void main.ended.then(end)
  io.onResize((size) => started.resize?.(size))
  for (const [from, to] of [
    [started.stdout, io.stdout],
    [started.stderr, io.tty ? io.stdout : io.stderr],
  ] as const)
    if (to === undefined) from.resume()
    else from.pipe(to, { end: false })
  if (io.stdin !== undefined && started.stdin !== undefined) pipeline(io.stdin, started.stdin, () => {})
  const { exitCode, message } = await started.ended
  signal.removeEventListener('abort', end)
  return { exitCode, ...(message === undefined ? {} : { message }) }
}
