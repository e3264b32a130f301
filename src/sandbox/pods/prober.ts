import type { Clock } from '../../lib/clock.ts'
import type { Container, Probe } from './objects.ts'
import type { Checked } from './probe-check.ts'
import { newProbe, probed, probeNumbers } from './probe-life.ts'

export type ProbeKind = 'startup' | 'readiness' | 'liveness'

export interface ProberTools {
  readonly clock: Clock
  readonly look: (probe: Probe, timeoutMs: number) => Promise<Checked>
  readonly decided: (kind: ProbeKind, ok: boolean) => void
  readonly failed: (kind: ProbeKind, message: string) => void
}

/** Probes one run of a container until told to stop. The others wait for the startup probe. */
export function probe(container: Container, tools: ProberTools): () => void {
  const { startupProbe, readinessProbe, livenessProbe } = container
  const cancels = new Map<ProbeKind, () => void>()
  let stopped = false

  const run = (kind: ProbeKind, asked: Probe | undefined): void => {
    if (asked === undefined) return
    const { delayMs, timeoutMs } = probeNumbers(asked)
    let state = newProbe
    const look = async () => {
      const { ok, message } = await tools.look(asked, timeoutMs)
      if (stopped) return
      const next = probed(state, ok, asked)
      state = next.state
      if (next.counts) tools.failed(kind, message)
      if (next.decided !== undefined) tools.decided(kind, next.decided)
      if (kind === 'startup' && next.decided === true) return rest()
      if (!stopped)
        cancels.set(
          kind,
          tools.clock.after(next.waitMs, () => void look()),
        )
    }
    if (delayMs === 0) void look()
    else
      cancels.set(
        kind,
        tools.clock.after(delayMs, () => void look()),
      )
  }
  const rest = () => {
    run('readiness', readinessProbe)
    run('liveness', livenessProbe)
  }

  if (startupProbe === undefined) rest()
  else run('startup', startupProbe)
  return () => {
    stopped = true
    for (const cancel of cancels.values()) cancel()
  }
}
