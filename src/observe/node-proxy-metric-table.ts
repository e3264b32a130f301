import { counter, doubling, gauge, histogram, metricTable, type Definition } from './metric-table.ts'

/** As kube-proxy has them: 1 ms to 16 s. */
const sync = doubling(0.001, 15)
const steps = [65, 70, 75, 80, 85, 90, 95, 100, 105, 110, 115, 120, 150, 180, 210, 240, 270, 300]
const seconds = Array.from({ length: 60 }, (_, i) => i + 1)
/** As kube-proxy has them: finer below a second, coarser above a minute. */
const programming = [0.25, 0.5, ...seconds, ...steps]

/**
 * Every metric of the node proxy. Those of kube-proxy keep their name where they mean the same; ours begin with
 * `lb_node_proxy_`.
 */
export const nodeProxyMetricTable = {
  kubeproxy_sync_proxy_rules_duration_seconds: histogram(sync, 'One write of rules', 'ip_family'),
  kubeproxy_sync_full_proxy_rules_duration_seconds: histogram(sync, 'One write of all rules', 'ip_family'),
  kubeproxy_sync_partial_proxy_rules_duration_seconds: histogram(
    sync,
    'One write of the rules that changed',
    'ip_family',
  ),
  kubeproxy_network_programming_duration_seconds: histogram(
    programming,
    'From the change of an endpoint, as its EndpointSlice tells it, until packets follow it',
    'ip_family',
  ),
  kubeproxy_sync_proxy_rules_last_timestamp_seconds: gauge('When rules were last written', 'ip_family'),
  kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds: gauge(
    'When a write was last asked for',
    'ip_family',
  ),
  kubeproxy_sync_proxy_rules_endpoint_changes_total: counter('Changes of EndpointSlices', 'ip_family'),
  kubeproxy_sync_proxy_rules_endpoint_changes_pending: gauge(
    'Changes of EndpointSlices that are not written yet',
    'ip_family',
  ),
  kubeproxy_sync_proxy_rules_service_changes_total: counter('Changes of Services', 'ip_family'),
  kubeproxy_sync_proxy_rules_service_changes_pending: gauge(
    'Changes of Services that are not written yet',
    'ip_family',
  ),
  kubeproxy_sync_proxy_rules_no_local_endpoints_total: gauge(
    'Service ports of policy Local whose endpoints are all on other nodes',
    'traffic_policy',
    'ip_family',
  ),
  kubeproxy_sync_proxy_rules_nftables_sync_failures_total: counter('Writes that failed', 'ip_family'),
  kubeproxy_sync_proxy_rules_nftables_cleanup_failures_total: counter(
    'Removals of rules that serve nobody any more, which failed and are tried again',
    'ip_family',
  ),
  kubeproxy_conntrack_reconciler_sync_duration_seconds: histogram(
    sync,
    'One pass that ends UDP flows of endpoints that are gone',
  ),
  kubeproxy_conntrack_reconciler_deleted_entries_total: counter('UDP flows that were ended so'),
  kubeproxy_nftables_localhost_nodeport_listeners: gauge('Node ports that are answered on loopback'),
  kubeproxy_nftables_localhost_nodeport_listener_creation_failures_total: counter(
    'Node ports that could not be answered on loopback',
  ),
  kubeproxy_proxy_healthz_total: counter('Answers of /healthz', 'code'),
  kubeproxy_proxy_livez_total: counter('Answers of /livez', 'code'),

  rest_client_requests_total: metricTable.rest_client_requests_total,
  rest_client_request_duration_seconds: metricTable.rest_client_request_duration_seconds,

  lb_node_proxy_data_plane: gauge('1 for the data plane in use', 'plane'),
  lb_node_proxy_rows: gauge('Service ports that are served', 'ip_family'),
  lb_node_proxy_rows_failed: gauge('Service ports that could not be served', 'ip_family'),
  lb_node_proxy_health_check_ports: gauge('healthCheckNodePorts, by whether they are answered', 'state'),
  lb_node_proxy_watch_troubles_total: counter(
    'What went wrong between us and a watch',
    'resource',
    'trouble',
  ),
} satisfies Readonly<Record<string, Definition>>

export type NodeProxyMetricTable = typeof nodeProxyMetricTable
