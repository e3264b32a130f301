import type { EventSink } from '../../kube/events.ts'
import type { KubeObject, ServiceObject } from '../../model/objects.ts'
import type { HealthCheckPort } from '../table/row.ts'
import type { Synced } from './loop.ts'

/** Tells on Services what this node cannot do for them. Reason and text of the first are kube-proxy's. */
export class ProxyEvents {
  readonly #sink: EventSink
  readonly #nodeName: string
  readonly #service: (key: string) => ServiceObject | undefined

  constructor(sink: EventSink, nodeName: string, service: (key: string) => ServiceObject | undefined) {
    this.#sink = sink
    this.#nodeName = nodeName
    this.#service = service
  }

  healthCheckFailed({ namespace, name, port }: HealthCheckPort, error: unknown): void {
    const text = `node ${this.#nodeName} failed to start healthcheck "${namespace}/${name}" on port ${port}: ${textOf(error)}`
    this.#tell(`${namespace}/${name}`, 'FailedToStartServiceHealthcheck', text, 'Listen')
  }

  rowsFailed({ failures, table }: Synced): void {
    for (const { keys = [], message, expected } of failures) {
      if (expected === true) continue
      const services = new Set(
        keys.flatMap((key) => {
          const row = table.rows.get(key)
          return row === undefined ? [] : [`${row.namespace}/${row.name}`]
        }),
      )
      for (const service of services)
        this.#tell(
          service,
          'FailedToServePort',
          `node ${this.#nodeName} cannot serve it: ${message}`,
          'Serve',
        )
    }
  }

  #tell(key: string, reason: string, message: string, action: string): void {
    const metadata = this.#service(key)?.metadata
    if (metadata === undefined) return
    const about: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata }
    this.#sink.record(about, 'Warning', reason, message, action)
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
