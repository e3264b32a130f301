import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Config } from '../config/schema.ts'
import { EventRecorder, type EventSink } from '../kube/events.ts'
import type { KubeApi } from '../kube/port.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../observe/log.ts'
import type { Provider } from '../provider/provider.ts'
import { Manager, type ManagerParts, type ManagerSettings } from './manager.ts'

export interface AssemblyParts extends Pick<
  ManagerParts,
  'onCall' | 'onStep' | 'onReconciled' | 'onLeading'
> {
  readonly config: Config
  readonly clock: Clock
  readonly api: KubeApi
  /** The cluster's identity. */
  readonly uid: string
  readonly provider: Provider
  readonly log: Log
  /** Stands between the controller and its recorder of events. */
  readonly overhear?: (recorder: EventSink) => EventSink
}

export interface Assembled {
  readonly manager: Manager
  /** Of this instance, on the lease and in events. */
  readonly identity: string
  /** Until the signal aborts and what was under way is done, events included. */
  run(signal: AbortSignal): Promise<void>
}

/** The controller as its settings ask for it. */
export function assemble({ config, uid, overhear, ...parts }: AssemblyParts): Assembled {
  const { clock, api, log } = parts
  const identity = config.leaseIdentity ?? `${hostname()}-${randomUUID().slice(0, 8)}`
  const events = new EventRecorder({ api, clock, instance: identity, log })
  const manager = new Manager({
    ...parts,
    events: overhear?.(events) ?? events,
    cluster: { uid, name: config.clusterName },
    settings: settingsOf(config, identity),
  })
  return {
    manager,
    identity,
    async run(signal) {
      await manager.run(signal)
      await events.drained()
    },
  }
}

const settingsOf = (config: Config, identity: string): ManagerSettings => ({
  policy: config.policy,
  adopt: config.adopt,
  ...(config.loadBalancerClass === undefined ? {} : { loadBalancerClass: config.loadBalancerClass }),
  ...(config.watchNamespace === undefined ? {} : { watchNamespace: config.watchNamespace }),
  listEveryMs: config.listInterval,
  driftMs: config.driftPeriod,
  graceMs: config.grace,
  ...(config.removeOrphans ? { orphanGraceMs: config.orphanGrace } : {}),
  serviceWorkers: config.concurrency,
  stackWorkers: config.concurrency,
  cloudConcurrency: config.concurrency * 2,
  leaseNamespace: config.leaseNamespace,
  leaseName: config.leaseName,
  identity,
})
