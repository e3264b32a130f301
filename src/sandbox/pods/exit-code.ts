import { constants } from 'node:os'

/** As a shell counts it: a signal is 128 and its number. */
export const exitCodeOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal === null ? 0 : constants.signals[signal])
