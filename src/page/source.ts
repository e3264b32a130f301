import type { ServiceReport } from '../controller/service-report.ts'
import type { ServiceObject } from '../model/objects.ts'

/**
 * What the page shows, from wherever it is known: the controller alone, or a whole sandbox. `controllerSource` answers
 * all of it but `path`.
 */
export interface PageSource {
  /** Shown beside the title: the provider, the cluster, where the API server is. In this order. */
  readonly about: Readonly<Record<string, string>>
  /** What keeps the list from being the truth: not listed yet, another instance leads. Undefined: it is. */
  lack(): string | undefined
  /** All Services, with an address to give or without. */
  services(): readonly ServiceObject[]
  service(namespace: string, name: string): ServiceObject | undefined
  /** What the controller knows of one. */
  report(namespace: string, name: string): ServiceReport | undefined
  /** The last of what was done for it and told of it, the newest first. */
  past(namespace: string, name: string): Past
  /** Its way to the pods, where it is known. Asked at most once a second for each reader. */
  path(namespace: string, name: string, signal: AbortSignal): Promise<TrafficPath | undefined>
  /** Calls back with what has changed; never waits for the listener. Answers how to end it. */
  follow(listener: (news: PageNews) => void): () => void
}

export interface Past {
  readonly steps: readonly PastStep[]
  readonly events: readonly PastEvent[]
}

/** A step that was carried out, or tried. */
export interface PastStep {
  /** When it ended, in milliseconds since the epoch. */
  readonly at: number
  readonly ms: number
  readonly action: 'create' | 'update' | 'repair' | 'delete'
  readonly kind: string
  readonly key: string
  readonly why: string
  /** `done`, or what came instead. */
  readonly outcome: string
}

export interface PastEvent {
  readonly at: number
  readonly reason: string
  readonly message: string
  readonly severity: 'Normal' | 'Warning'
}

/** `key` is `NAMESPACE/NAME`. */
export type PageNews =
  /** It, its pods, or what is known of it changed; or it is gone. */
  | { readonly type: 'service'; readonly key: string }
  | ({ readonly type: 'event'; readonly key: string } & PastEvent)
  /** Traffic has moved: counters are worth another look. */
  | { readonly type: 'traffic'; readonly keys: readonly string[] }

/** client -> listeners -> nodes -> pods. */
export interface TrafficPath {
  readonly listeners: readonly PathListener[]
  /** Empty: traffic goes to the pods without a node between. */
  readonly nodes: readonly PathNode[]
  /** Undefined: nobody here knows them. */
  readonly pods: readonly PathPod[] | undefined
}

export interface PathListener {
  readonly address: string
  readonly port: number
  readonly protocol: string
  /** Of the nodes. */
  readonly nodePort?: number
  /** What keeps it from being served. */
  readonly failure?: string
  /** Where it listens, when that is not its address and port. */
  readonly reachedAt?: string
  /** Since it began. Absent where nobody counts. */
  readonly counters?: {
    readonly open: number
    readonly accepted: number
    readonly shed: number
    readonly bytesIn: number
    readonly bytesOut: number
  }
}

export interface PathNode {
  readonly name: string
  readonly address: string
  /** Undefined: nobody checks. */
  readonly healthy: boolean | undefined
  /** Why it is healthy or not, for people. */
  readonly reason?: string
}

export interface PathPod {
  readonly name: string
  readonly node: string
  readonly address: string
  readonly ready: boolean
  /** In one word, as kubectl shows it: Running, CrashLoopBackOff, Terminating. */
  readonly status?: string
}
