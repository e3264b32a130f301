import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock, type Clock } from '../../lib/clock.ts'
import type { ServiceObject } from '../../model/objects.ts'
import { choose, type Choice } from './choice.ts'
import type { ConfigSource } from './config-source.ts'
import { expanded, localCommand, setupOf, type Setup } from './container-setup.ts'
import { EchoHouse } from './echo/house.ts'
import { startEcho, type EchoTools } from './echo/server.ts'
import type { PodSelf } from './fields.ts'
import { Guard, marker, reap } from './guard.ts'
import type { Launched, Launcher, LaunchWish } from './launch.ts'
import { mapPaths, type MountPath } from './mount-paths.ts'
import { containerView } from './mounts/container-view.ts'
import type { MountMeans } from './mounts/means.ts'
import { isWithin } from './mounts/mount-plan.ts'
import type { MountView } from './mounts/mount-view.ts'
import { nginxMounts, prepareNginx } from './nginx.ts'
import type { Container, Handler, Pod } from './objects.ts'
import { check, type Checked } from './probe-check.ts'
import { startProcess } from './process.ts'
import { hostnameOf, type Resolver } from './identity-files.ts'
import { podFolder, type PodFolder } from './pod-folder.ts'
import { serviceVariables } from './service-variables.ts'
import { startCommand } from './start-command.ts'
import { LaunchFailure, launchFailure, type Place } from './workload.ts'

export interface LauncherOptions {
  /** Where pods have their files. Nothing else is kept there. */
  readonly folder: string
  readonly sources: ConfigSource
  /** All Services there are. */
  readonly services: () => readonly ServiceObject[]
  /** Who answers names, asked for each pod: where the DNS server is may show late. Default: nobody of the sandbox. */
  readonly resolver?: () => Resolver
  /** Asked for each container: what mounts its volumes. Default: nothing, so that their paths are mapped. */
  readonly means?: () => MountMeans | undefined
  /** Folders that programs of pods need where they are, also where a volume is mounted over them. Default: none. */
  readonly kept?: readonly string[]
  /** Folders in front of the machine's own PATH. */
  readonly tools?: readonly string[]
  readonly clock?: Clock
  readonly place?: Place
  /** From SIGTERM until an echo server takes no more connections. Default 300 ms. */
  readonly echoLingerMs?: number
}

const machinePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Of what a probe's command says, in an event. */
const mostSaid = 1000

const samePlace: Place = (address, port) => ({ address, port })

/** Echo servers run in process, all else as processes of this machine. */
export class LocalLauncher implements Launcher {
  readonly #options: LauncherOptions
  readonly #echo: EchoTools
  readonly #guard = new Guard()
  readonly #folders = new Map<string, PodFolder>()
  /** By container of a pod: the Services that there were when it began, which is what its variables tell for good. */
  readonly #known = new Map<string, Map<string, readonly ServiceObject[]>>()
  /** By pod and container. Made once: what runs would lose its mounts with their places. */
  readonly #views = new Map<string, Map<string, MountView>>()

  constructor(options: LauncherOptions) {
    this.#options = options
    const { clock = systemClock, place = samePlace, echoLingerMs = 300 } = options
    this.#echo = { clock, place, lingerMs: echoLingerMs, house: new EchoHouse(clock) }
    reap(options.folder)
  }

  async launch(wish: LaunchWish): Promise<Launched> {
    try {
      return await this.#begun(wish)
    } catch (error) {
      throw launchFailure(error)
    }
  }

  async #begun(wish: LaunchWish): Promise<Launched> {
    const { self, container } = wish
    const choice = choose(self.pod, container)
    if (choice.is === 'refused') throw new LaunchFailure(choice.reason, choice.message)
    const { what } = choice
    this.#remember(self, container)
    if (choice.is === 'echo') {
      // An echo server reads no file and no variable; what is missing keeps it back all the same.
      if (needsSetup(container)) this.setup(self, container)
      return { what, workload: await startEcho(echoWish(wish, choice), this.#echo) }
    }
    if (choice.is === 'pause')
      return { what, workload: await startEcho(echoWish(wish, { tcp: [], udp: [] }), this.#echo) }
    const setup = this.setup(self, container)
    const { command, listeners } = this.#commandOf(choice, self, container, setup)
    const workload = await startCommand(
      { command, listeners, setup, container, output: wish.output },
      this.#guard,
    )
    return { what, workload }
  }

  async check(self: PodSelf, container: Container, handler: Handler, timeoutMs: number): Promise<Checked> {
    const wish = { handler, container, address: self.ips[0] ?? '127.0.0.1', timeoutMs }
    try {
      return await check(wish, this.#echo.place, (command, ms) => this.#run(self, container, command, ms))
    } catch (error) {
      return { ok: false, message: launchFailure(error).message }
    }
  }

  /** A short command beside the container's own, and what it said. */
  async #run(self: PodSelf, container: Container, command: readonly string[], timeoutMs: number) {
    try {
      const setup = this.setup(self, container)
      const wish = { ...setup, command: localCommand(command, setup), stdin: false }
      const started = await startProcess(wish, this.#guard)
      let output = ''
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (bytes: Buffer) => (output = (output + String(bytes)).slice(0, mostSaid)))
      const cancel = systemClock.after(timeoutMs, () => started.kill())
      const { exitCode } = await started.ended
      cancel()
      return { exitCode, output: output.trim() }
    } catch (error) {
      if (!(error instanceof LaunchFailure)) throw error
      return { exitCode: 126, output: error.message }
    }
  }

  /** Throws `LaunchFailure`, also where the system lets us have no folder. */
  setup(self: PodSelf, container: Container): Setup {
    try {
      return this.#setup(self, container)
    } catch (error) {
      throw launchFailure(error)
    }
  }

  #setup(self: PodSelf, container: Container): Setup {
    const { folder: pods, sources, tools = [] } = this.#options
    const folder = this.#folderOf(self.pod)
    const root = folder.root(container.name)
    const mounted = folder.mount(self, container)
    if (!mounted.ok) throw new LaunchFailure('FailedMount', mounted.error)
    const volumes = mounted.value
    const ofImage = this.#imageMounts(self.pod, container).filter(({ from }) =>
      volumes.every((volume) => !isWithin(from, volume.from)),
    )
    const mounts = [...ofImage, ...volumes]
    const { namespace = 'default' } = self.pod.metadata
    const services =
      this.#known.get(self.pod.metadata.uid ?? '')?.get(container.name) ?? this.#options.services()
    const setup = setupOf({
      self,
      container,
      mounts,
      view: this.#viewOf(self, container, mounts),
      root,
      pods,
      path: [...tools, machinePath].join(':'),
      services: serviceVariables(services, namespace, self.pod.spec?.enableServiceLinks !== false),
      sources,
    })
    if (!setup.ok) throw new LaunchFailure('CreateContainerConfigError', setup.error)
    const { cwd } = setup.value
    if (cwd !== root) mkdirSync(mapPaths(cwd, mounts), { recursive: true })
    return setup.value
  }

  /** Undefined: nothing can be mounted here. */
  #viewOf(self: PodSelf, container: Container, mounts: readonly MountPath[]): MountView | undefined {
    const means = this.#options.means?.()
    if (means === undefined) return undefined
    const { uid = '' } = self.pod.metadata
    const views = this.#views.get(uid) ?? new Map<string, MountView>()
    const known = views.get(container.name)
    if (known !== undefined) return known
    const { folder, resolver, tools = [], kept = [] } = this.#options
    const view = containerView({
      means,
      mounts,
      kept: [folder, ...tools, ...kept],
      resolves: resolver !== undefined && !resolver().nameserver.includes(':'),
      folder: join(this.#folderOf(self.pod).path, 'mounts', container.name),
      hostname: hostnameOf(self),
      env: { [marker]: folder },
    })
    if (!view.ok) throw new LaunchFailure('RunContainerError', `mount: ${view.error}`)
    this.#views.set(uid, views.set(container.name, view.value))
    return view.value
  }

  /** What its image would have brought, where no volume takes its place. */
  #imageMounts(pod: Pod, container: Container): readonly MountPath[] {
    const choice = choose(pod, container)
    return choice.is === 'nginx' ? nginxMounts(this.#nginxFolder(pod, container)) : []
  }

  #nginxFolder(pod: Pod, { name }: Container): string {
    return join(this.#folderOf(pod).path, `nginx-${name}`)
  }

  refresh(self: PodSelf): void {
    try {
      this.#folders.get(self.pod.metadata.uid ?? '')?.refresh(self)
    } catch (error) {
      // What is mounted stays as it was, and the next change tries again.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error
    }
  }

  forget({ metadata: { uid = '' } }: Pod): void {
    this.#folders.get(uid)?.remove()
    this.#folders.delete(uid)
    this.#known.delete(uid)
    for (const view of this.#views.get(uid)?.values() ?? []) view.close()
    this.#views.delete(uid)
  }

  close(): void {
    this.#guard.close()
    for (const views of this.#views.values()) for (const view of views.values()) view.close()
    for (const folder of this.#folders.values()) folder.remove()
    this.#folders.clear()
  }

  get guard(): Guard {
    return this.#guard
  }

  #remember({ pod: { metadata } }: PodSelf, { name }: Container): void {
    const { uid = '' } = metadata
    const known = this.#known.get(uid) ?? new Map<string, readonly ServiceObject[]>()
    this.#known.set(uid, known.set(name, this.#options.services()))
  }

  #folderOf({ metadata: { name, namespace = 'default', uid = '' } }: Pod): PodFolder {
    const { folder, sources, resolver } = this.#options
    const found = this.#folders.get(uid)
    if (found !== undefined) return found
    const made = podFolder(join(folder, `${namespace}_${name}_${uid.slice(0, 8)}`), sources, resolver?.())
    this.#folders.set(uid, made)
    return made
  }

  #commandOf(
    choice: Choice & { is: 'nginx' | 'command' },
    self: PodSelf,
    container: Container,
    setup: Setup,
  ) {
    if (choice.is === 'command')
      return { command: localCommand(expanded(choice.command, setup), setup), listeners: [] }
    const folder = this.#nginxFolder(self.pod, container)
    return prepareNginx({
      address: setup.address,
      place: this.#echo.place,
      folder,
      // What it reads is what volumes bring, and not what it has written itself.
      mounts: setup.mounts.filter(({ to }) => !isWithin(to, folder)),
      isRoot: process.getuid?.() === 0,
    })
  }
}

const needsSetup = ({ env = [], envFrom = [], volumeMounts = [] }: Container): boolean =>
  envFrom.length + volumeMounts.length > 0 || env.some(({ valueFrom }) => valueFrom !== undefined)

function echoWish(
  { self: { pod, ips }, output }: LaunchWish,
  {
    tcp,
    udp,
    text,
  }: { readonly tcp: readonly number[]; readonly udp: readonly number[]; readonly text?: string },
) {
  const { name, namespace = 'default' } = pod.metadata
  return {
    who: { namespace, pod: name, node: pod.spec?.nodeName ?? '', ...(text === undefined ? {} : { text }) },
    address: ips[0] ?? '127.0.0.1',
    ports: [
      ...tcp.map((port) => ({ port, protocol: 'TCP' as const })),
      ...udp.map((port) => ({ port, protocol: 'UDP' as const })),
    ],
    log: (line: string) => output.line(line),
  }
}
