import type { IpFamily } from '../lib/ip.ts'
import type { NodeProxyMetricTable } from '../observe/node-proxy-metric-table.ts'
import type { InstrumentsOf } from '../observe/metrics.ts'
import type { Trigger } from './sync/source.ts'
import { familiesIn, type ProxyTable, type Row } from './table/row.ts'
import type { Synced } from './sync/loop.ts'

export type NodeProxyMetrics = InstrumentsOf<NodeProxyMetricTable>

type What = 'service' | 'endpoint'

const bothFamilies: readonly IpFamily[] = ['IPv4', 'IPv6']

/** Counts what happens, under the names that kube-proxy's dashboards know. */
export class Measures {
  readonly #metrics: NodeProxyMetrics
  readonly #pending = { service: { IPv4: 0, IPv6: 0 }, endpoint: { IPv4: 0, IPv6: 0 } }
  #last: Synced | undefined

  constructor(metrics: NodeProxyMetrics) {
    this.#metrics = metrics
  }

  /** A Service is of both families as far as anybody knows before it is read. `now`: milliseconds since the epoch. */
  changed(what: What, now: number, families: readonly IpFamily[] = bothFamilies): void {
    const metrics = this.#metrics
    const total =
      what === 'service'
        ? metrics.kubeproxy_sync_proxy_rules_service_changes_total
        : metrics.kubeproxy_sync_proxy_rules_endpoint_changes_total
    for (const ip_family of families) {
      this.#pending[what][ip_family]++
      total.inc({ ip_family })
      metrics.kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds.set({ ip_family }, now / 1000)
    }
  }

  synced(synced: Synced, triggers: readonly Trigger[], now: number): void {
    const metrics = this.#metrics
    this.#last = synced
    const seconds = synced.ms / 1000
    for (const ip_family of synced.families) {
      metrics.kubeproxy_sync_proxy_rules_duration_seconds.observe({ ip_family }, seconds)
      if (synced.whole)
        metrics.kubeproxy_sync_full_proxy_rules_duration_seconds.observe({ ip_family }, seconds)
      else metrics.kubeproxy_sync_partial_proxy_rules_duration_seconds.observe({ ip_family }, seconds)
      metrics.kubeproxy_sync_proxy_rules_last_timestamp_seconds.set({ ip_family }, now / 1000)
      this.#pending.service[ip_family] = 0
      this.#pending.endpoint[ip_family] = 0
    }
    for (const { family, keys } of synced.failures)
      if (keys === undefined)
        metrics.kubeproxy_sync_proxy_rules_nftables_sync_failures_total.inc({ ip_family: family })
    for (const { family, at } of triggers)
      metrics.kubeproxy_network_programming_duration_seconds.observe(
        { ip_family: family },
        Math.max(0, now - at) / 1000,
      )
  }

  /** What is looked up when somebody asks. */
  sample(healthCheckPorts: { readonly open: number; readonly failed: number }): void {
    const metrics = this.#metrics
    const { table, failures = [] } = this.#last ?? {}
    for (const ip_family of bothFamilies) {
      metrics.kubeproxy_sync_proxy_rules_service_changes_pending.set(
        { ip_family },
        this.#pending.service[ip_family],
      )
      metrics.kubeproxy_sync_proxy_rules_endpoint_changes_pending.set(
        { ip_family },
        this.#pending.endpoint[ip_family],
      )
      const failed = failures.flatMap(({ family, keys = [], expected }) =>
        family === ip_family && expected !== true ? keys : [],
      )
      metrics.lb_node_proxy_rows_failed.set({ ip_family }, new Set(failed).size)
    }
    for (const [state, count] of Object.entries(healthCheckPorts))
      metrics.lb_node_proxy_health_check_ports.set({ state }, count)
    if (table !== undefined) this.#sampleRows(table)
  }

  #sampleRows({ rows, families }: ProxyTable): void {
    const metrics = this.#metrics
    for (const ip_family of familiesIn({ families })) {
      const counts = { rows: 0, internal: 0, external: 0 }
      for (const row of rows.values()) {
        if (row.family !== ip_family) continue
        counts.rows++
        if (row.internalLocal && isElsewhere(row)) counts.internal++
        if (row.externalLocal && isElsewhere(row)) counts.external++
      }
      metrics.lb_node_proxy_rows.set({ ip_family }, counts.rows)
      for (const traffic_policy of ['internal', 'external'] as const)
        metrics.kubeproxy_sync_proxy_rules_no_local_endpoints_total.set(
          { traffic_policy, ip_family },
          counts[traffic_policy],
        )
    }
  }
}

const isElsewhere = ({ local, anywhere }: Row): boolean => anywhere && (local ?? []).length === 0
