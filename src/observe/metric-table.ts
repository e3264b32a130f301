/**
 * Every metric we serve. Names that service-controller or client-go use keep their name where they mean the same, so
 * that dashboards go on working; ours begin with `lb_controller_`.
 */
export interface Definition {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  readonly buckets?: readonly number[]
}

export const counter = <const L extends readonly string[]>(help: string, ...labels: L) =>
  ({ type: 'counter', help, labels }) as const
export const gauge = <const L extends readonly string[]>(help: string, ...labels: L) =>
  ({ type: 'gauge', help, labels }) as const
export const histogram = <const L extends readonly string[]>(
  buckets: readonly number[],
  help: string,
  ...labels: L
) => ({ type: 'histogram', help, labels, buckets }) as const

export const doubling = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => from * 2 ** i)
/** As service-controller has them: 1 s to 16384 s. */
const long = doubling(1, 15)
const request = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60]
const queue = [0.0001, 0.001, 0.01, 0.1, 1, 10, 60, 300, 1000]

export const metricTable = {
  service_controller_loadbalancer_sync_total: counter('Load balancers whose hosts were updated'),
  service_controller_nodesync_error_total: counter('Errors while nodes were synced to load balancers'),
  service_controller_nodesync_latency_seconds: histogram(
    long,
    'From a node event until all load balancers know',
  ),
  service_controller_update_loadbalancer_host_latency_seconds: histogram(
    long,
    'To update the hosts of one Service',
  ),

  workqueue_depth: gauge('Keys that wait', 'name'),
  workqueue_adds_total: counter('Keys added', 'name'),
  workqueue_retries_total: counter('Keys added again after a failure', 'name'),
  workqueue_queue_duration_seconds: histogram(queue, 'How long a key waited', 'name'),
  workqueue_work_duration_seconds: histogram(queue, 'How long the work on a key took', 'name'),
  workqueue_unfinished_work_seconds: gauge('Time spent on keys in work, summed', 'name'),
  workqueue_longest_running_processor_seconds: gauge('Time spent on the key longest in work', 'name'),

  rest_client_requests_total: counter('Requests to the API server', 'code', 'method', 'resource'),
  rest_client_request_duration_seconds: histogram(request, 'Requests to the API server', 'verb', 'resource'),
  leader_election_master_status: gauge('1 while this process leads', 'name'),

  lb_controller_cloud_requests_total: counter('Requests to a cloud', 'provider', 'op', 'outcome'),
  lb_controller_cloud_request_seconds: histogram(request, 'Requests to a cloud', 'provider', 'op'),
  lb_controller_managed_load_balancers: gauge('Services that have a load balancer of ours', 'provider'),
  lb_controller_reconcile_seconds: histogram(request, 'One run of a loop for one key', 'loop', 'outcome'),
  lb_controller_steps_total: counter('Steps of plans', 'kind', 'action', 'outcome'),
  lb_controller_problems: gauge('Services that have this problem now', 'code'),
  lb_controller_watch_troubles_total: counter(
    'What went wrong between us and a watch',
    'resource',
    'trouble',
  ),
} satisfies Readonly<Record<string, Definition>>

export type MetricTable = typeof metricTable
export type MetricName = keyof MetricTable
