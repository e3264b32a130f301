import type { Scheduler } from './scheduler.ts'

/** Each as likely as any other, whatever its weight, as kube-proxy chooses. */
export const random =
  (uniform: () => number): Scheduler =>
  (from) =>
    from.length === 1 ? from[0] : from[Math.floor(uniform() * from.length)]
