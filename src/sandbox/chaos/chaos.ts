import type { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { SandboxRefused } from '../problem.ts'
import { mischiefs, type MischiefWish } from './mischief.ts'
import { nodeToBreak, podToKill } from './victims.ts'

/** What of a sandbox can be broken, and mended. */
export interface ChaosParts {
  readonly state: ClusterState
  readonly pods: {
    /** False: no such pod runs. */
    kill(namespace: string, name: string): boolean
    /** Its pods are no longer on the network, and after a while the cluster says of the node that it is silent. */
    stopNode(name: string): void
    /** Puts the node back as it was, byte for byte. */
    startNode(name: string): void
  }
  readonly networks: {
    stopNode(name: string): Promise<void>
    startNode(name: string): void
    /** Undefined: as quick as it is. */
    slowNode(name: string, delayMs: number | undefined): Promise<void>
  }
  readonly api: { refuseConnections(refuse: boolean): void }
  readonly controller: { restart(): Promise<void> }
  readonly balancer: { restart(): Promise<void> }
}

/** Default of slow-node. */
const slowMs = 500

/** Breaks things one at a time, and remembers how to mend those that stay broken. */
export class Chaos {
  readonly #parts: ChaosParts
  /** By what was done. */
  readonly #undo = new Map<string, () => Promise<void> | void>()

  constructor(parts: ChaosParts) {
    this.#parts = parts
  }

  /** What is broken now: `stop-node node-1`. */
  get active(): readonly string[] {
    return [...this.#undo.keys()]
  }

  /** Answers what was done, in a sentence. Throws `SandboxRefused`. */
  async carryOut(wish: MischiefWish): Promise<string> {
    const row = mischiefs[wish.name]
    if (row.target === undefined && wish.target !== undefined)
      throw new SandboxRefused(
        `${wish.name} takes no name`,
        `it is for the whole sandbox: chaos ${wish.name}`,
      )
    if (wish.ms !== undefined && wish.name !== 'slow-node')
      throw new SandboxRefused(`${wish.name} has no milliseconds`, '--ms is of slow-node')
    if (wish.undo) return this.#mend(wish)
    return this.#break(wish)
  }

  async #break({ name, target, ms }: MischiefWish): Promise<string> {
    const { api, controller, balancer } = this.#parts
    if (name === 'kill-pod') return this.#killPod(target)
    if (name === 'stop-node') return this.#stopNode(target)
    if (name === 'slow-node') return this.#slowNode(target, ms ?? slowMs)
    if (name === 'partition-api') {
      api.refuseConnections(true)
      this.#undo.set(name, () => api.refuseConnections(false))
      return 'the API server refuses all connections'
    }
    if (name === 'restart-controller') {
      await controller.restart()
      return 'the controller was cut off, and has begun anew'
    }
    await balancer.restart()
    return 'the balancer was killed, and has been started again'
  }

  #killPod(wanted: string | undefined): string {
    const { state, pods } = this.#parts
    const { namespace, name } = podToKill(state, wanted)
    if (!pods.kill(namespace, name)) throw new SandboxRefused(`nothing runs in the pod ${namespace}/${name}`)
    return `SIGKILL for what ran in the pod ${namespace}/${name}`
  }

  async #stopNode(wanted: string | undefined): Promise<string> {
    const { state, pods, networks } = this.#parts
    const name = nodeToBreak(state, wanted, (node) => !this.#undo.has(`stop-node ${node}`))
    const done = `stop-node ${name}`
    if (this.#undo.has(done)) return `${name} has stopped already`
    pods.stopNode(name)
    await networks.stopNode(name)
    this.#undo.set(done, () => {
      networks.startNode(name)
      pods.startNode(name)
    })
    return `${name} has stopped, with all that ran on it`
  }

  async #slowNode(wanted: string | undefined, ms: number): Promise<string> {
    const { state, networks } = this.#parts
    const name = nodeToBreak(state, wanted, () => true)
    await networks.slowNode(name, ms)
    this.#undo.set(`slow-node ${name}`, () => networks.slowNode(name, undefined))
    return `${name} takes ${ms} ms for each new connection`
  }

  /** Without a name: all that was done of this sort. */
  async #mend({ name, target }: MischiefWish): Promise<string> {
    if (!mischiefs[name].lasts) return `${name} heals by itself`
    const wanted = target === undefined ? name : `${name} ${target}`
    const due = this.active.filter((one) => one === wanted || one.startsWith(`${wanted} `))
    if (due.length === 0) {
      const active = this.active.join(', ')
      throw new SandboxRefused(
        `${wanted} was not done`,
        active === '' ? 'nothing is broken now' : `broken now: ${active}`,
      )
    }
    for (const one of due) {
      await this.#undo.get(one)?.()
      this.#undo.delete(one)
    }
    return `mended: ${due.join(', ')}`
  }
}
