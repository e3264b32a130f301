import type { Config } from '../config/schema.ts'
import { assemble, type Assembled, type AssemblyParts } from '../controller/assemble.ts'
import type { Manager } from '../controller/manager.ts'
import { connect, type Client } from '../kube/client.ts'
import { clusterUid } from '../kube/cluster.ts'
import { readPlainYaml } from '../config/plain-yaml.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../observe/log.ts'
import type { Provider } from '../provider/provider.ts'
import type { Part } from './part.ts'

export interface ControllerWish extends Pick<AssemblyParts, 'overhear' | 'onStep'> {
  readonly kubeconfig: string
  readonly config: Config
  readonly log: Log
  /** Anew for each start: nothing of the one before may be remembered. */
  readonly provider: (uid: string, client: Client) => Promise<Provider>
  /** Told of each controller that is started. */
  readonly onStart?: (manager: Manager) => void
}

/** The controller in this process, as it runs in a cluster: everything goes through the API server over HTTP. */
export class SandboxController implements Part {
  readonly #wish: ControllerWish
  #running: Running | undefined

  constructor(wish: ControllerWish) {
    this.#wish = wish
  }

  /** Undefined while it is stopped. */
  get manager(): Manager | undefined {
    return this.#running?.assembled.manager
  }

  async start(): Promise<void> {
    if (this.#running !== undefined) return
    const { kubeconfig, config, log, provider, overhear, onStep, onStart } = this.#wish
    const client = await connect({ clock: systemClock, kubeconfig, readYaml: readPlainYaml })
    const stop = new AbortController()
    const uid = await clusterUid(client, stop.signal)
    const assembled = assemble({
      config,
      clock: systemClock,
      api: client,
      uid,
      provider: await provider(uid, client),
      log,
      ...(overhear === undefined ? {} : { overhear }),
      ...(onStep === undefined ? {} : { onStep }),
    })
    onStart?.(assembled.manager)
    this.#running = { client, stop, assembled, ended: assembled.run(stop.signal) }
  }

  /**
   * As a crash and a new start would have it, as far as one process can: it is cut off from the API server first, so that
   * nothing is put in order there, and the new one knows nothing.
   */
  async restart(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    if (running !== undefined) {
      await running.client.close()
      running.stop.abort()
      await running.ended
    }
    await this.start()
  }

  /** Ends it in good order: what is under way is done, and the lease given back. */
  async close(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    if (running === undefined) return
    running.stop.abort()
    await running.ended
    await running.client.close()
  }
}

interface Running {
  readonly client: Client
  readonly stop: AbortController
  readonly assembled: Assembled
  readonly ended: Promise<void>
}
