import type { ClusterState } from '../../../localstack/kubernetes/state.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Part } from '../part.ts'
import { SandboxRefused } from '../problem.ts'
import { mischiefs, type Broken, type Done, type MischiefWish } from './mischief.ts'
import { nodeToBreak, podsToKill } from './victims.ts'

/** What of a sandbox can be broken, and mended. */
export interface ChaosParts {
  readonly clock: Clock
  readonly state: ClusterState
  readonly pods: {
    /** False: nothing runs there. */
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

interface Wound extends Broken {
  readonly mend: () => Promise<void> | void
}

/** Default of slow-node. */
const slowMs = 500

/** Breaks and mends one thing after the other, and remembers how to mend those that stay broken. */
export class Chaos implements Part {
  readonly #parts: ChaosParts
  /** By what was done. */
  readonly #wounds = new Map<string, Wound>()
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(parts: ChaosParts) {
    this.#parts = parts
  }

  /** What is broken now, the oldest first. */
  get broken(): readonly Broken[] {
    return Array.from(this.#wounds.values(), ({ what, how, since }) => ({ what, how, since }))
  }

  /** Rejects with `SandboxRefused`. */
  carryOut(wish: MischiefWish): Promise<Done> {
    return this.#inTurn(() => {
      check(wish)
      return wish.undo ? this.#mendSort(wish) : this.#break(wish)
    })
  }

  /** Mends all that is broken, the latest first. */
  mendAll(): Promise<Done> {
    return this.#inTurn(async () => {
      const due = this.broken.map(({ what }) => what).toReversed()
      return due.length === 0 ? { did: 'nothing is broken', at: this.#now() } : this.#mend(due)
    })
  }

  /** Resolves when what is under way is done. Nothing is broken or mended from then on. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#last
  }

  /** Two at once would start a balancer twice. */
  #inTurn(act: () => Promise<Done>): Promise<Done> {
    const turn = this.#last.then(() => {
      if (this.#closed) throw new SandboxRefused('the sandbox is ending')
      return act()
    })
    this.#last = turn.catch(() => {})
    return turn
  }

  async #break({ name, target, ms }: MischiefWish): Promise<Done> {
    const { api, controller, balancer } = this.#parts
    if (name === 'kill-pod') return this.#killPod(target)
    if (name === 'stop-node') return this.#stopNode(target)
    if (name === 'slow-node') return this.#slowNode(target, ms ?? slowMs)
    const at = this.#now()
    if (name === 'partition-api') {
      api.refuseConnections(true)
      return this.#wound(name, 'the API server refuses all connections', at, () =>
        api.refuseConnections(false),
      )
    }
    if (name === 'restart-controller') {
      await controller.restart()
      return { did: 'the controller was cut off, and has begun anew', at }
    }
    await balancer.restart()
    return { did: 'the balancer was killed, and has been started again', at }
  }

  #killPod(wanted: string | undefined): Done {
    const { state, pods } = this.#parts
    const possible = podsToKill(state, wanted)
    for (const { namespace, name } of possible) {
      const at = this.#now()
      if (pods.kill(namespace, name))
        return { did: `SIGKILL for what ran in the pod ${namespace}/${name}`, at }
    }
    const names = possible.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')
    throw new SandboxRefused(`nothing runs in ${names}`, 'kubectl get pods -A says how they are')
  }

  async #stopNode(wanted: string | undefined): Promise<Done> {
    const { state, pods, networks } = this.#parts
    const at = this.#now()
    const name = nodeToBreak(state, wanted, (node) => !this.#wounds.has(`stop-node ${node}`))
    const what = `stop-node ${name}`
    if (this.#wounds.has(what)) return { did: `${name} has stopped already`, at }
    pods.stopNode(name)
    await networks.stopNode(name)
    return this.#wound(what, `${name} has stopped, with all that ran on it`, at, () => {
      networks.startNode(name)
      pods.startNode(name)
    })
  }

  async #slowNode(wanted: string | undefined, ms: number): Promise<Done> {
    const { state, networks } = this.#parts
    const at = this.#now()
    const name = nodeToBreak(state, wanted, () => true)
    await networks.slowNode(name, ms)
    return this.#wound(`slow-node ${name}`, `${name} takes ${ms} ms for each new connection`, at, () =>
      networks.slowNode(name, undefined),
    )
  }

  #wound(what: string, how: string, since: number, mend: Wound['mend']): Done {
    this.#wounds.set(what, { what, how, since, mend })
    return { did: how, at: since }
  }

  /** Without a name: all that was done of this sort. */
  async #mendSort({ name, target }: MischiefWish): Promise<Done> {
    if (!mischiefs[name].lasts) return { did: `${name} heals by itself`, at: this.#now() }
    const wanted = target === undefined ? name : `${name} ${target}`
    const broken = [...this.#wounds.keys()]
    const due = broken.filter((one) => one === wanted || one.startsWith(`${wanted} `))
    if (due.length > 0) return this.#mend(due)
    throw new SandboxRefused(
      `${wanted} was not done`,
      broken.length === 0 ? 'nothing is broken now' : `broken now: ${broken.join(', ')}`,
    )
  }

  async #mend(due: readonly string[]): Promise<Done> {
    const at = this.#now()
    for (const one of due) {
      await this.#wounds.get(one)?.mend()
      this.#wounds.delete(one)
    }
    return { did: `mended: ${due.join(', ')}`, at }
  }

  #now(): number {
    return this.#parts.clock.now()
  }
}

function check({ name, target, ms }: MischiefWish): void {
  if (mischiefs[name].target === undefined && target !== undefined)
    throw new SandboxRefused(`${name} takes no name`, `it is for the whole sandbox: chaos ${name}`)
  if (ms !== undefined && name !== 'slow-node')
    throw new SandboxRefused(`${name} has no milliseconds`, '--ms is of slow-node')
}
