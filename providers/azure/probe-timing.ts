import type { Setting } from '../../src/model/annotations.ts'
import type { Port } from '../../src/model/load-balancer.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { Wish } from './wish.ts'

const longestSeconds = 120

interface Timing {
  readonly interval: number
  readonly threshold: number
}

/** Seconds between probes, and how many in a row decide: of the port, else of the Service. */
export function timingOf(wish: Wish, port: Port | undefined): Timing {
  const { interval, threshold } = settingsFor(wish, port)
  return { interval: interval?.value ?? 5, threshold: threshold?.value ?? 2 }
}

function settingsFor({ keyed, settings }: Wish, port: Port | undefined) {
  const at = port === undefined ? '' : String(port.port)
  return {
    interval: keyed.portProbeInterval?.[at] ?? settings.probeInterval,
    threshold: keyed.portProbeThreshold?.[at] ?? settings.probeThreshold,
  }
}

/** Azure lets no node be ill unseen for two minutes. */
export function timingProblems(wish: Wish, port: Port | undefined): readonly Problem[] {
  const { interval, threshold } = timingOf(wish, port)
  const asked = settingsFor(wish, port)
  const setting: Setting<number> | undefined = asked.threshold ?? asked.interval
  if (interval * threshold < longestSeconds || setting === undefined) return []
  return [
    error(
      'LB_AZURE_PROBE_TIMING',
      setting.path,
      `${threshold} probes in a row, one each ${interval} s, take ${interval * threshold} s`,
      {
        value: setting.raw,
        accepted: `interval times number of probes below ${longestSeconds} s`,
        hint: `with ${interval} s between them ${Math.max(2, Math.ceil(longestSeconds / interval) - 1)} probes are the most`,
      },
    ),
  ]
}
