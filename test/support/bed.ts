import { ClusterState } from '../../localstack/kubernetes/state.ts'
import { Manager, type ManagerParts, type ManagerSettings } from '../../src/controller/manager.ts'
import type { KubeApi } from '../../src/kube/port.ts'
import type { EventSink } from '../../src/kube/events.ts'
import { settle, VirtualClock, type Clock } from '../../src/lib/clock.ts'
import type { ServiceObject, ServiceSpec } from '../../src/model/objects.ts'
import { silentLog, type Log } from '../../src/observe/log.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { clusterApi } from './cluster-api.ts'
import { Life, mortalApi, mortalClock, mortalProvider } from './mortal.ts'

export interface BedOptions {
  readonly provider: (clock: Clock, clusterUid: string) => Provider
  readonly settings?: Partial<ManagerSettings>
  readonly nodes?: number
  /** Of the node with this number. */
  readonly zoneOf?: (n: number) => string
  readonly log?: Log
  /** Stands between a controller and its cluster. */
  readonly kube?: (api: KubeApi) => KubeApi
  readonly clock?: VirtualClock
  /** One that exists already: its nodes are not made again. */
  readonly cluster?: ClusterState
}

interface Running {
  readonly manager: Manager
  readonly life: Life
  readonly stop: AbortController
  readonly done: Promise<void>
}

/** A cluster in memory, a provider, a clock that tests move, and controllers that can be started, stopped and killed. */
export class Bed {
  readonly clock: VirtualClock
  readonly cluster: ClusterState
  readonly kubeLog: string[] = []
  readonly events: {
    readonly about: string
    readonly type: string
    readonly reason: string
    readonly message: string
  }[] = []
  readonly #options: BedOptions
  #running: Running | undefined
  #instances = 0

  constructor(options: BedOptions) {
    this.#options = options
    this.clock = options.clock ?? new VirtualClock()
    let uid = 0
    this.cluster =
      options.cluster ??
      new ClusterState({
        clock: this.clock,
        // Names that hold only the first part of a uid must differ too.
        uid: () => `${String(++uid).padStart(8, '0')}-0000-4000-8000-000000000000`,
      })
    if (options.cluster !== undefined) return
    for (let n = 1; n <= (options.nodes ?? 2); n++) this.addNode(n)
  }

  get clusterUid(): string {
    return this.cluster.get('namespaces', { name: 'kube-system' }).metadata.uid ?? ''
  }

  get manager(): Manager {
    if (this.#running === undefined) throw new Error('no controller runs')
    return this.#running.manager
  }

  addNode(n: number): void {
    const zone = this.#options.zoneOf?.(n) ?? 'us-east-1a'
    this.cluster.addNode({
      name: `node-${n}`,
      providerID: `aws:///${zone}/${instanceId(n)}`,
      address: `10.0.${Math.floor(n / 250)}.${(n % 250) + 4}`,
      zone,
    })
  }

  /** Starts a controller that knows nothing; one that runs must be stopped or killed before. */
  start(settings: Partial<ManagerSettings> = {}): void {
    const sink: EventSink = {
      record: (about, type, reason, message) =>
        this.events.push({
          about: `${about.metadata.namespace}/${about.metadata.name}`,
          type,
          reason,
          message,
        }),
    }
    const life = new Life()
    const clock = mortalClock(this.clock, life)
    const api = clusterApi(this.cluster, this.kubeLog)
    const parts: ManagerParts = {
      clock,
      log: this.#options.log ?? silentLog,
      api: mortalApi(this.#options.kube?.(api) ?? api, life),
      provider: mortalProvider(this.#options.provider(clock, this.clusterUid), life),
      cluster: { uid: this.clusterUid, name: 'demo' },
      events: sink,
      random: () => 0.5,
      settings: {
        ...defaults,
        identity: `instance-${++this.#instances}`,
        ...this.#options.settings,
        ...settings,
      },
    }
    const manager = new Manager(parts)
    const stop = new AbortController()
    this.#running = { manager, life, stop, done: manager.run(stop.signal) }
  }

  /** As SIGTERM: what is under way ends, the lease is given back. */
  async stop(): Promise<void> {
    const running = this.#running
    if (running === undefined) return
    this.#running = undefined
    running.stop.abort()
    const life = { over: false }
    void running.done.then(() => (life.over = true))
    for (let tries = 0; !life.over && tries < 100; tries++) await this.clock.advance(500)
    if (!life.over) throw new Error('the controller does not stop')
  }

  /** As SIGKILL: nothing is ended, nothing is given back. */
  kill(): void {
    this.#running?.life.kill()
    this.#running?.stop.abort()
    this.#running = undefined
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  /** Moves the clock. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms)
  }

  /** Moves the clock until `done` says so. */
  async until(what: string, done: () => boolean, limitMs = 600_000): Promise<void> {
    const end = this.clock.now() + limitMs
    await settle()
    while (!done()) {
      if (this.clock.now() >= end) throw new Error(`not within ${limitMs / 1000} s: ${what}`)
      const next = this.clock.nextAt ?? end
      await this.clock.advance(Math.max(Math.min(next, end) - this.clock.now(), 1))
    }
  }

  /** Until nothing is under way, in a term that has complete lists. */
  async calm(): Promise<void> {
    await this.until('calm', () => this.#running?.manager.term?.listed === true)
    for (let quiet = 0; quiet < 3; quiet++) {
      await this.until('calm', () => this.manager.term?.idle === true)
      await settle()
    }
  }

  apply(name: string, spec: ServiceSpec = {}, annotations: Record<string, string> = {}): ServiceObject {
    const reference = { namespace: 'shop', name }
    if (this.cluster.find('namespaces', { name: 'shop' }) === undefined)
      this.cluster.create('namespaces', { metadata: { name: 'shop' } })
    const full: ServiceSpec = {
      type: 'LoadBalancer',
      ports: [{ name: 'web', port: 80, protocol: 'TCP' }],
      ...spec,
    }
    if (this.cluster.find('services', reference) === undefined)
      return this.cluster.create('services', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { ...reference, annotations },
        spec: full,
      })
    return this.cluster.patch('services', reference, { metadata: { annotations }, spec: full })
  }

  edit(name: string, patch: object): ServiceObject {
    return this.cluster.patch('services', { namespace: 'shop', name }, patch)
  }

  delete(name: string): void {
    this.cluster.delete('services', { namespace: 'shop', name })
  }

  service(name: string): ServiceObject | undefined {
    return this.cluster.find('services', { namespace: 'shop', name })
  }

  address(name: string): string | undefined {
    const [ingress] = this.service(name)?.status?.loadBalancer?.ingress ?? []
    return ingress?.hostname ?? ingress?.ip
  }

  condition(name: string) {
    return this.service(name)?.status?.conditions?.find((one) => one.type === 'lb-controller.io/Ready')
  }

  warnings(): readonly string[] {
    return this.events
      .filter((event) => event.type === 'Warning')
      .map((event) => `${event.reason}: ${event.message}`)
  }
}

export const instanceId = (n: number): string => `i-${n.toString(16).padStart(17, '0')}`

const defaults: Omit<ManagerSettings, 'identity'> = {
  policy: 'sync',
  adopt: false,
  listEveryMs: 300_000,
  driftMs: 3_600_000,
  graceMs: 600_000,
  serviceWorkers: 4,
  stackWorkers: 4,
  cloudConcurrency: 8,
  leaseNamespace: 'kube-system',
  leaseName: 'lb-controller',
}
