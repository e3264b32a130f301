import type { ClusterState } from '../../localstack/kubernetes/state.ts'
import { follow } from '../../localstack/kubernetes/controllers/follow.ts'
import type { EventSink } from '../kube/events.ts'
import { systemClock } from '../lib/clock.ts'
import type { EndpointSliceObject, ServiceObject } from '../model/objects.ts'
import { serviceOfSlice } from '../node-proxy/table/table.ts'
import { Chronicle } from '../page/chronicle.ts'
import { controllerSource, type Seen } from '../page/controller-source.ts'
import { servePage, type PageServer } from '../page/server.ts'
import type { PageNews, PageSource } from '../page/source.ts'
import type { TrafficPath } from '../page/traffic-path.ts'
import type { Broken } from './chaos/mischief.ts'

export type PathOf = (service: ServiceObject, signal: AbortSignal) => Promise<TrafficPath>

export interface SandboxPageParts {
  readonly about: Readonly<Record<string, string>>
  readonly state: ClusterState
  readonly pathOf: PathOf
  /** Ends with the sandbox. */
  readonly signal: AbortSignal
}

type Listener = (news: PageNews) => void

const unstarted = 'no controller has been started yet'

/** What the page shows of a sandbox, across the controllers that come and go in it. */
export class SandboxPage {
  readonly #parts: SandboxPageParts
  readonly #listeners = new Set<Listener>()
  readonly #chronicle: Chronicle
  #recorder: EventSink | undefined
  #source: PageSource | undefined
  #unfollow = () => {}
  /** What is broken on purpose. */
  broken: () => readonly Pick<Broken, 'what'>[] = () => []

  constructor(parts: SandboxPageParts) {
    this.#parts = parts
    const to: EventSink = { record: (...told) => this.#recorder?.record(...told) }
    this.#chronicle = new Chronicle({ clock: systemClock, to })
    this.#chronicle.follow((news) => this.#tell(news))
    follow(parts.state, 'endpointslices', parts.signal, (slice) => {
      const key = serviceOfSlice(slice as unknown as EndpointSliceObject)
      if (key !== undefined) this.#tell({ type: 'service', key })
    })
  }

  /** Of each controller that is started. */
  readonly overhear = (recorder: EventSink): EventSink => {
    this.#recorder = recorder
    return this.#chronicle
  }

  readonly stepped: Chronicle['stepped'] = (executed) => this.#chronicle.stepped(executed)

  /** From now on this controller is asked. */
  show(manager: Seen): void {
    this.#unfollow()
    const { about, state, pathOf } = this.#parts
    this.#source = controllerSource({
      about,
      manager,
      chronicle: this.#chronicle,
      path: async (namespace, name, signal) => {
        const service = state.find('services', { namespace, name })
        return service === undefined ? undefined : pathOf(service, signal)
      },
    })
    this.#unfollow = manager.services.store.subscribe(({ key }) => this.#tell({ type: 'service', key }))
  }

  /** Traffic of these Services has moved. */
  moved(keys: readonly string[]): void {
    this.#tell({ type: 'traffic', keys })
  }

  serve(host: string, port: number): Promise<PageServer> {
    const { state, about } = this.#parts
    const source: PageSource = {
      about,
      lack: () => this.#lack(),
      services: () => state.list('services').items,
      service: (namespace, name) => state.find('services', { namespace, name }),
      report: (namespace, name) => this.#source?.report(namespace, name),
      past: (namespace, name) => this.#chronicle.past(`${namespace}/${name}`),
      path: async (...asked) => this.#source?.path(...asked),
      follow: (listener) => {
        this.#listeners.add(listener)
        return () => void this.#listeners.delete(listener)
      },
    }
    return servePage({ source, clock: systemClock, bind: `${host}:${port}` })
  }

  #lack(): string | undefined {
    const broken = this.broken().map(({ what }) => what)
    const lack = this.#source === undefined ? unstarted : this.#source.lack()
    if (broken.length === 0) return lack
    const told = `broken on purpose: ${broken.join(', ')}`
    return lack === undefined ? told : `${told}; ${lack}`
  }

  #tell(news: PageNews): void {
    for (const listener of this.#listeners) listener(news)
  }
}
