/**
 * Log lines: a constant message and fields, one event per line. `info` is a change of state a user cares about.
 * The type is ours and tiny, so that nothing but this file knows pino, and pino is loaded only when a log is made.
 */
export interface Log {
  debug(message: string, fields?: Fields): void
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
  /** A log that adds these fields to every line. */
  child(fields: Fields): Log
}

/** An `Error` under the key `error` is written as its name, code, reason and message; its stack at level debug. */
export type Fields = Readonly<Record<string, unknown>>

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogOptions {
  /** Default `info`. */
  readonly level?: LogLevel
  /** One readable line instead of JSON. Default false. */
  readonly pretty?: boolean
  /** Takes each finished line, newline included. Default: standard error. */
  readonly write?: (line: string) => void
}

const nothing = () => {}
export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
}

export async function createLog(opts: LogOptions = {}): Promise<Log> {
  // The default export is the CommonJS module whole: its names do not survive a bundle that loads it lazily.
  const { default: pino } = await import('pino')
  const level = opts.level ?? 'info'
  const out = opts.write ?? ((line: string) => void process.stderr.write(line))
  const root = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: (error: unknown) => errorFields(error, level === 'debug') },
    },
    { write: opts.pretty === true ? (line: string) => out(prettyLine(JSON.parse(line) as Fields)) : out },
  )
  return wrap(root)
}

type Writer = Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>

function wrap(inner: Writer & { child(fields: object): Writer }): Log {
  return {
    debug: (message, fields = {}) => inner.debug(fields, message),
    info: (message, fields = {}) => inner.info(fields, message),
    warn: (message, fields = {}) => inner.warn(fields, message),
    error: (message, fields = {}) => inner.error(fields, message),
    child: (fields) => wrap(inner.child(fields) as typeof inner),
  }
}

function errorFields(error: unknown, withStack: boolean): unknown {
  if (!(error instanceof Error)) return error
  const { code, reason, kind } = error as { code?: unknown; reason?: unknown; kind?: unknown }
  return {
    name: error.name,
    code,
    reason,
    kind,
    message: error.message,
    ...(withStack ? { stack: error.stack } : {}),
  }
}

/** `12:00:01.234 INFO  ensured load balancer service=shop/web ms=12` */
export function prettyLine({ time, level, msg, ...fields }: Fields): string {
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${prettyValue(value)}`)
  return `${String(time).slice(11, 23)} ${String(level).toUpperCase().padEnd(5)} ${String(msg)}${rest.join('')}\n`
}

const prettyValue = (value: unknown): string =>
  typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
