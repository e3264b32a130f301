import type { ServiceReport } from '../controller/service-report.ts'
import type { ServiceObject } from '../model/objects.ts'
import type { Past, PastEvent } from './past.ts'
import type { TrafficPath } from './traffic-path.ts'

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

/** `key` is `NAMESPACE/NAME`. */
export type PageNews =
  /** It, its pods, or what is known of it changed; or it is gone. */
  | { readonly type: 'service'; readonly key: string }
  | ({ readonly type: 'event'; readonly key: string } & PastEvent)
  /** Traffic has moved: counters are worth another look. */
  | { readonly type: 'traffic'; readonly keys: readonly string[] }

export type { Past, PastEvent, PastStep } from './past.ts'
export type { PathListener, PathNode, PathPod, TrafficPath } from './traffic-path.ts'
