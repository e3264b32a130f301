import type { ServiceReport } from '../controller/service-report.ts'
import type { ServiceObject } from '../model/objects.ts'

/** What the page shows, from wherever it is known: the controller alone, or a whole sandbox. */
export interface PageSource {
  /** Shown beside the title: the provider, the cluster, where the API server is. */
  readonly about: Readonly<Record<string, string>>
  /** All Services with an address to give. */
  services(): readonly ServiceObject[]
  /** What the controller knows of one. */
  report(namespace: string, name: string): ServiceReport | undefined
  /** Its way to the pods, where it is known. */
  path(namespace: string, name: string): Promise<TrafficPath | undefined>
  /** Calls back with what has changed, `NAMESPACE/NAME` or an event's text. Answers how to end it. */
  follow(listener: (news: PageNews) => void): () => void
}

export type PageNews =
  | { readonly type: 'service'; readonly key: string }
  | {
      readonly type: 'event'
      readonly key: string
      readonly reason: string
      readonly message: string
      readonly severity: 'Normal' | 'Warning'
      readonly at: number
    }
  /** Traffic has moved: counters are worth another look. */
  | { readonly type: 'traffic'; readonly keys: readonly string[] }

/** client -> listeners -> nodes -> pods. */
export interface TrafficPath {
  readonly listeners: readonly PathListener[]
  readonly nodes: readonly PathNode[]
  readonly pods: readonly PathPod[]
}

export interface PathListener {
  readonly address: string
  readonly port: number
  readonly protocol: string
  /** Absent where nobody counts. */
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
  readonly reason?: string
}

export interface PathPod {
  readonly name: string
  readonly node: string
  readonly address: string
  readonly ready: boolean
}
