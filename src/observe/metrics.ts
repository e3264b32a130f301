import type * as library from './prom-library.ts'
import { metricTable, type Definition, type MetricTable } from './metric-table.ts'

type Table = Readonly<Record<string, Definition>>

/** Labels as the table names them; none, then none. */
type Labels<D extends Definition> = Readonly<Record<D['labels'][number], string>>

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

type Instrument<D extends Definition> = D['type'] extends 'counter'
  ? Counter<Labels<D>>
  : D['type'] extends 'gauge'
    ? Gauge<Labels<D>>
    : Histogram<Labels<D>>

/** One instrument per row of the table, under its own name. */
export type InstrumentsOf<T extends Table> = { readonly [N in keyof T]: Instrument<T[N]> }
export type Instruments = InstrumentsOf<MetricTable>

export type MetricsOf<T extends Table> = InstrumentsOf<T> & {
  /** All of it, as Prometheus reads it. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>
}
export type Metrics = MetricsOf<MetricTable>

interface MetricsOptions {
  /** Also what Node says of itself (memory, event loop). Default false. */
  readonly process?: boolean
}

export const createMetrics = (opts: MetricsOptions = {}): Promise<Metrics> =>
  createMetricsOf(metricTable, opts)

export async function createMetricsOf<T extends Table>(
  table: T,
  opts: MetricsOptions = {},
): Promise<MetricsOf<T>> {
  const prom = await import('./prom-library.ts')
  const register = new prom.Registry()
  if (opts.process === true) prom.collectDefaultMetrics({ register })
  return {
    ...build(table, (name, definition) => instrument(prom, register, name, definition)),
    text: async () => ({ contentType: register.contentType, body: await register.metrics() }),
  }
}

const ignore = { inc() {}, set() {}, reset() {}, observe() {} }
export const silentMetricsOf = <T extends Table>(table: T): MetricsOf<T> => ({
  ...build(table, () => ignore),
  text: async () => ({ contentType: 'text/plain', body: '' }),
})
export const silentMetrics: Metrics = silentMetricsOf(metricTable)

function instrument(
  prom: typeof library,
  register: library.Registry,
  name: string,
  { type, help, labels, buckets }: Definition,
): object {
  const settings = { name, help, labelNames: labels, registers: [register] }
  if (type === 'counter') return new prom.Counter(settings)
  if (type === 'gauge') return new prom.Gauge(settings)
  return new prom.Histogram({ ...settings, buckets: [...(buckets ?? [])] })
}

function build<T extends Table>(
  table: T,
  make: (name: string, definition: Definition) => object,
): InstrumentsOf<T> {
  const entries = Object.entries(table).map(([name, definition]) => [name, make(name, definition)])
  return Object.fromEntries(entries) as InstrumentsOf<T>
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
  (metrics: Pick<Instruments, 'rest_client_requests_total' | 'rest_client_request_duration_seconds'>) =>
  ({ verb, resource, code, ms }: Request): void => {
    const labels = { code: code === 0 ? '<error>' : String(code), method: methods[verb] ?? 'GET', resource }
    metrics.rest_client_requests_total.inc(labels)
    if (verb !== 'watch') metrics.rest_client_request_duration_seconds.observe({ verb, resource }, ms / 1000)
  }
