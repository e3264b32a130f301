import type * as library from './prom-library.ts'
import { metricTable, type MetricName, type MetricTable } from './metric-table.ts'

/** Labels as the table names them; none, then none. */
type Labels<N extends MetricName> = Readonly<Record<MetricTable[N]['labels'][number], string>>

export interface Counter<L> {
  inc(labels: L, by?: number): void
}
export interface Gauge<L> {
  set(labels: L, value: number): void
  /** Forgets all series: before the ones that still exist are set again. */
  reset(): void
}
export interface Histogram<L> {
  observe(labels: L, value: number): void
}

type Instrument<N extends MetricName> = MetricTable[N]['type'] extends 'counter'
  ? Counter<Labels<N>>
  : MetricTable[N]['type'] extends 'gauge'
    ? Gauge<Labels<N>>
    : Histogram<Labels<N>>

/** One instrument per row of the table, under its own name. */
export type Instruments = { readonly [N in MetricName]: Instrument<N> }

export interface Metrics extends Instruments {
  /** All of it, as Prometheus reads it. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>
}

/** `process`: also what Node says of itself (memory, event loop). Default false. */
export async function createMetrics(opts: { readonly process?: boolean } = {}): Promise<Metrics> {
  const prom = await import('./prom-library.ts')
  const register = new prom.Registry()
  if (opts.process === true) prom.collectDefaultMetrics({ register })
  return {
    ...build((name) => instrument(prom, register, name)),
    text: async () => ({ contentType: register.contentType, body: await register.metrics() }),
  }
}

const ignore = { inc() {}, set() {}, reset() {}, observe() {} }
export const silentMetrics: Metrics = {
  ...build(() => ignore),
  text: async () => ({ contentType: 'text/plain', body: '' }),
}

function instrument(prom: typeof library, register: library.Registry, name: MetricName): object {
  const { type, help, labels, ...rest } = metricTable[name]
  const settings = { name, help, labelNames: labels, registers: [register] }
  if (type === 'counter') return new prom.Counter(settings)
  if (type === 'gauge') return new prom.Gauge(settings)
  const buckets = 'buckets' in rest ? [...rest.buckets] : []
  return new prom.Histogram({ ...settings, buckets })
}

function build(make: (name: MetricName) => object): Instruments {
  const names = Object.keys(metricTable) as MetricName[]
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Instruments
}

const methods: Readonly<Record<string, string>> = {
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
}

interface Request {
  readonly verb: string
  readonly resource: string
  readonly code: number
  readonly ms: number
}

/** The hook that counts requests to the API server. A watch has no duration worth a histogram. */
export const countRequests =
  (metrics: Instruments) =>
  ({ verb, resource, code, ms }: Request): void => {
    const labels = { code: code === 0 ? '<error>' : String(code), method: methods[verb] ?? 'GET', resource }
    metrics.rest_client_requests_total.inc(labels)
    if (verb !== 'watch') metrics.rest_client_request_duration_seconds.observe({ verb, resource }, ms / 1000)
  }
