import type { EndpointSliceObject } from '../../model/objects.ts'
import type { IpFamily } from '../../lib/ip.ts'
import type { Change } from '../../kube/store.ts'
import type { HealthCheckPort, ProxyTable } from '../table/row.ts'
import type { SyncSource } from './loop.ts'
import type { ProxyNote } from '../table/note.ts'
import type { TableTracker } from '../table/tracker.ts'
import { triggerTimeAnnotation } from '../table/trim.ts'

/** When something happened to endpoints that packets do not follow yet. */
export interface Trigger {
  readonly family: IpFamily
  readonly at: number
}

/** The tracker as the sync loop takes from it, and what has to wait until a write succeeded. */
export class ProxySource implements SyncSource {
  readonly #tracker: TableTracker
  readonly #onNews: (news: readonly ProxyNote[]) => void
  /** Older triggers were served by whoever ran before. */
  readonly #startedAt: number
  #triggers: Trigger[] = []
  #taken: readonly Trigger[] = []
  #healthChecksDue = true

  constructor(tracker: TableTracker, startedAt: number, onNews: (news: readonly ProxyNote[]) => void) {
    this.#tracker = tracker
    this.#startedAt = startedAt
    this.#onNews = onNews
  }

  take(): ReturnType<SyncSource['take']> {
    const { table, changed, changedHealthChecks, news } = this.#tracker.flush()
    this.#taken = [...this.#taken, ...this.#triggers]
    this.#triggers = []
    if (changed === 'all' || changedHealthChecks.size > 0) this.#healthChecksDue = true
    if (news.length > 0) this.#onNews(news)
    return { table, changed }
  }

  noteSlice({ before, now }: Change<EndpointSliceObject>): void {
    const trigger = now?.metadata.annotations?.[triggerTimeAnnotation]
    if (trigger === undefined || trigger === before?.metadata.annotations?.[triggerTimeAnnotation]) return
    const at = Date.parse(trigger)
    const family = now?.addressType
    if (at >= this.#startedAt && (family === 'IPv4' || family === 'IPv6')) this.#triggers.push({ family, at })
  }

  /** What waited for these families to be written. */
  servedTriggers(families: readonly IpFamily[]): readonly Trigger[] {
    const [served, waiting] = [true, false].map((is) =>
      this.#taken.filter(({ family }) => families.includes(family) === is),
    ) as [Trigger[], Trigger[]]
    this.#taken = waiting
    return served
  }

  /** Undefined: no health check port changed since they were last asked for. */
  dueHealthChecks({ healthChecks }: ProxyTable): ReadonlyMap<string, HealthCheckPort> | undefined {
    if (!this.#healthChecksDue) return undefined
    this.#healthChecksDue = false
    return new Map(healthChecks)
  }
}
