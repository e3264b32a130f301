import { prettyLine, type Fields, type Log, type LogLevel, logLevels } from './log.ts'

/** A log of readable lines that loads no library: for a program that must stay small. */
export function plainLog(write: (line: string) => void, level: LogLevel = 'info', fixed: Fields = {}): Log {
  const least = logLevels.indexOf(level)
  const at =
    (each: LogLevel) =>
    (msg: string, fields: Fields = {}): void => {
      if (logLevels.indexOf(each) < least) return
      const time = new Date().toISOString()
      write(prettyLine({ ...fixed, ...shown(fields), time, level: each, msg }))
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => plainLog(write, level, { ...fixed, ...shown(fields) }),
  }
}

const shown = (fields: Fields): Fields =>
  fields.error instanceof Error ? { ...fields, error: fields.error.message } : fields
