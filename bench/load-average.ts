import { cpus, loadavg } from 'node:os'

/** How busy the machine is: wall-clock figures of a busy one say little, ratios within a round say more. */
export const loadAverage = (): string =>
  `load average ${(loadavg()[0] ?? 0).toFixed(1)} on ${cpus().length} cores`
