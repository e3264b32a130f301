import { closeSync, openSync, writeSync } from 'node:fs'

export interface LogFile {
  readonly file: number
  readonly write: (line: string) => void
  readonly close: () => void
}

/** Where a sandbox logs. A disk that is full loses lines, and nothing else. Throws what the system says. */
export function openLogFile(path: string): LogFile {
  const file = openSync(path, 'a', 0o600)
  return {
    file,
    write(line) {
      try {
        writeSync(file, line)
      } catch {
        // There is no better place to say it.
      }
    },
    close: () => closeSync(file),
  }
}
