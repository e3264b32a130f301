import type { Config } from '../config/schema.ts'
import { assemble, type AssemblyParts } from '../controller/assemble.ts'
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

  /** Resolves when it knows the cluster and the cloud, or so long after (ms). */
  async settled(patienceMs: number): Promise<void> {
    const until = systemClock.now() + patienceMs
    while (systemClock.now() < until) {
      const checks = Object.values(this.manager?.checks() ?? {})
      if (this.manager?.term !== undefined && checks.every((lack) => lack === undefined)) return
      await systemClock.sleep(lookAgainMs)
    }
  }

  /** Undefined while it is stopped, or has not reached the API server. */
  get manager(): Manager | undefined {
    return this.#running?.manager
  }

  async start(): Promise<void> {
    if (this.#running !== undefined) return
    const { kubeconfig } = this.#wish
    const client = await connect({ clock: systemClock, kubeconfig, readYaml: readPlainYaml })
    const running: Running = { client, stop: new AbortController(), ended: Promise.resolve() }
    this.#running = running
    running.ended = this.#run(running)
  }

  /** Until it is told to stop. An API server that does not answer yet is waited for. */
  async #run(running: Running): Promise<void> {
    const { config, log, provider, overhear, onStep, onStart } = this.#wish
    const { client, stop } = running
    const uid = await this.#reach(running)
    if (uid === undefined) return
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
    running.manager = assembled.manager
    onStart?.(assembled.manager)
    await assembled.run(stop.signal)
  }

  async #reach({ client, stop }: Running): Promise<string | undefined> {
    while (!stop.signal.aborted)
      try {
        return await clusterUid(client, stop.signal)
      } catch (error) {
        this.#wish.log.warn('the cluster does not tell its identity yet', { error })
        await systemClock.sleep(reachAgainMs, stop.signal)
      }
    return undefined
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

const lookAgainMs = 5
const reachAgainMs = 300

interface Running {
  readonly client: Client
  readonly stop: AbortController
  ended: Promise<void>
  /** Once the API server has told which cluster it is. */
  manager?: Manager
}
