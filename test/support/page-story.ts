/** A page's source that holds what it is given: a small shop on three nodes, and as many more Services as one likes. */
import type { ServiceReport } from '../../src/controller/service-report.ts'
import { readyType } from '../../src/controller/conditions.ts'
import { keyOf } from '../../src/kube/store.ts'
import type { Condition, ServiceObject, ServicePort } from '../../src/model/objects.ts'
import type {
  PageNews,
  PageSource,
  Past,
  PastEvent,
  PastStep,
  PathListener,
  TrafficPath,
} from '../../src/page/source.ts'

/** What is told of one Service. */
export interface Told {
  readonly service: ServiceObject
  readonly report?: Partial<ServiceReport>
  readonly steps?: readonly PastStep[]
  readonly events?: readonly PastEvent[]
  readonly path?: TrafficPath
}

export class PageStory implements PageSource {
  about: Readonly<Record<string, string>> = {
    provider: 'local',
    cluster: 'sandbox',
    API: 'http://127.17.0.1:6443',
  }
  missing: string | undefined
  readonly told = new Map<string, Told>()
  readonly #listeners = new Set<(news: PageNews) => void>()

  put(told: Told): void {
    const key = keyOf(told.service)
    this.told.set(key, told)
    this.tell({ type: 'service', key })
  }

  remove(key: string): void {
    this.told.delete(key)
    this.tell({ type: 'service', key })
  }

  event(key: string, event: PastEvent): void {
    const told = this.told.get(key)
    if (told !== undefined) this.told.set(key, { ...told, events: [event, ...(told.events ?? [])] })
    this.tell({ type: 'event', key, ...event })
  }

  /** So many more connections to each listener of a Service. */
  traffic(key: string, accepted: number): void {
    const told = this.told.get(key)
    if (told?.path === undefined) return
    const listeners = told.path.listeners.map((listener) => counted(listener, accepted))
    this.told.set(key, { ...told, path: { ...told.path, listeners } })
    this.tell({ type: 'traffic', keys: [key] })
  }

  tell(news: PageNews): void {
    for (const listener of this.#listeners) listener(news)
  }

  lack(): string | undefined {
    return this.missing
  }

  services(): readonly ServiceObject[] {
    return [...this.told.values()].map(({ service }) => service)
  }

  service(namespace: string, name: string): ServiceObject | undefined {
    return this.told.get(`${namespace}/${name}`)?.service
  }

  report(namespace: string, name: string): ServiceReport | undefined {
    const told = this.told.get(`${namespace}/${name}`)
    if (told?.report === undefined) return undefined
    return {
      service: `${namespace}/${name}`,
      provider: 'local',
      state: 'settled',
      converged: true,
      underWay: [],
      objects: [],
      steps: [],
      problems: [],
      ...told.report,
    }
  }

  past(namespace: string, name: string): Past {
    const { steps = [], events = [] } = this.told.get(`${namespace}/${name}`) ?? {}
    return { steps, events }
  }

  path(namespace: string, name: string): Promise<TrafficPath | undefined> {
    return Promise.resolve(this.told.get(`${namespace}/${name}`)?.path)
  }

  follow(listener: (news: PageNews) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get followers(): number {
    return this.#listeners.size
  }
}

const zero = { open: 0, accepted: 0, shed: 0, bytesIn: 0, bytesOut: 0 }

function counted(listener: PathListener, accepted: number): PathListener {
  const { counters = zero } = listener
  return {
    ...listener,
    counters: {
      open: Math.max(1, Math.round(accepted / 8)),
      accepted: counters.accepted + accepted,
      shed: counters.shed,
      bytesIn: counters.bytesIn + accepted * 420,
      bytesOut: counters.bytesOut + accepted * 6_100,
    },
  }
}

export const condition = (
  status: Condition['status'],
  reason: string,
  message: string,
  at: number,
): Condition => ({
  type: readyType,
  status,
  reason,
  message,
  lastTransitionTime: new Date(at).toISOString(),
})

export interface ServiceWish {
  readonly key: string
  readonly type?: string
  readonly ports?: readonly ServicePort[]
  readonly address?: string
  readonly clusterIP?: string
  readonly condition?: Condition
  readonly policy?: 'Cluster' | 'Local'
  readonly leaving?: boolean
  readonly created?: number
}

export function serviceOf(wish: ServiceWish): ServiceObject {
  const [namespace = '', name = ''] = wish.key.split('/')
  const { type = 'LoadBalancer', ports = [{ port: 80, targetPort: 8080, nodePort: 30080 }], address } = wish
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      uid: `uid-${namespace}-${name}`,
      ...(wish.created === undefined ? {} : { creationTimestamp: new Date(wish.created).toISOString() }),
      ...(wish.leaving === true ? { deletionTimestamp: new Date(wish.created ?? 0).toISOString() } : {}),
    },
    spec: {
      type,
      ports,
      clusterIP: wish.clusterIP ?? '127.17.193.14',
      ...(wish.policy === undefined ? {} : { externalTrafficPolicy: wish.policy }),
    },
    status: {
      ...(address === undefined ? {} : { loadBalancer: { ingress: [{ ip: address }] } }),
      ...(wish.condition === undefined ? {} : { conditions: [wish.condition] }),
    },
  }
}

export interface PathWish {
  readonly address: string
  readonly ports?: readonly number[]
  readonly nodes?: number
  /** How many on each node, one after the other; these last are not ready. */
  readonly pods: readonly number[]
  readonly waiting?: number
  readonly sick?: readonly number[]
  readonly name?: string
}

export function pathOf(wish: PathWish): TrafficPath {
  const { address, ports = [80], nodes = 3, pods, waiting = 0, sick = [], name = 'web' } = wish
  const all = pods.flatMap((count, at) =>
    Array.from({ length: count }, (_, index) => ({
      name: `${name}-7d4b9c6f5d-${podPart(at * 1000 + index)}`,
      node: `node-${at + 1}`,
      address: `127.17.${4 * (at + 1)}.${10 + (index % 200)}`,
    })),
  )
  return {
    listeners: ports.map((port) => ({
      address,
      port,
      protocol: 'TCP',
      nodePort: 30_000 + port,
      counters: zero,
    })),
    nodes: Array.from({ length: nodes }, (_, at) => ({
      name: `node-${at + 1}`,
      address: `127.17.0.${11 + at}`,
      healthy: !sick.includes(at + 1),
      reason: sick.includes(at + 1) ? 'connection refused' : 'answers',
    })),
    pods: all.map((pod, at) => ({
      ...pod,
      ready: at < all.length - waiting,
      status: at < all.length - waiting ? 'Running' : 'ContainerCreating',
    })),
  }
}

const letters = 'bcdfghjklmnpqrstvwxz2456789'
/** Five letters, another five for each number under some millions. */
const podPart = (number: number): string => {
  let rest = (number * 7_368_787 + 5_000_011) % 14_348_907
  let text = ''
  for (let at = 0; at < 5; at++) {
    text += letters.charAt(rest % letters.length)
    rest = Math.floor(rest / letters.length)
  }
  return text
}
