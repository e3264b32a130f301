import type { Config } from '../config/schema.ts'
import type { Manager } from '../controller/manager.ts'
import type { EventSink } from '../kube/events.ts'
import { systemClock } from '../lib/clock.ts'
import { Chronicle } from '../page/chronicle.ts'
import { clusterPath } from '../page/cluster-path.ts'
import { controllerSource } from '../page/controller-source.ts'
import { servePage, type PageServer } from '../page/server.ts'

/** The page of a controller that runs in a cluster: made before the controller, to hear all that it says. */
export class RunPage {
  readonly #about: Readonly<Record<string, string>>
  /** Who the events go on to is known when the controller is made. */
  #recorder: EventSink | undefined
  readonly #chronicle = new Chronicle({
    clock: systemClock,
    to: { record: (...told) => this.#recorder?.record(...told) },
  })
  readonly stepped = this.#chronicle.stepped

  constructor(about: Readonly<Record<string, string>>) {
    this.#about = about
  }

  readonly overhear = (recorder: EventSink): EventSink => {
    this.#recorder = recorder
    return this.#chronicle
  }

  /** Rejects when the address cannot be taken. */
  serve({ pageAddress, pageHosts }: Config, manager: Manager): Promise<PageServer> {
    const source = controllerSource({
      about: this.#about,
      manager,
      chronicle: this.#chronicle,
      path: (namespace, name) => {
        const service = manager.services.store.get(`${namespace}/${name}`)
        if (service === undefined) return Promise.resolve(undefined)
        const nodes = manager.nodes.store.list()
        return Promise.resolve(clusterPath(service, { nodes, targetPods: manager.term?.targetPods(service) }))
      },
    })
    return servePage({ source, clock: systemClock, bind: pageAddress, hosts: pageHosts })
  }
}
