import { finished } from 'node:stream/promises'
import type { Ended, Terminal } from '../pod-runtime.ts'
import { exitStatus, faultStatus } from './exit-status.ts'

/** The user's side of `exec` or `attach`, however its bytes travel. */
export interface Remote {
  readonly io: Terminal
  /** Aborts when the other side is gone. */
  readonly signal: AbortSignal
  /** Says how it ended, and closes. */
  readonly finish: (status: object) => void
}

/** Lets the command run on the remote's streams, and tells its end after the last byte of its output. */
export async function conduct(
  { io, signal, finish }: Remote,
  run: (io: Terminal, signal: AbortSignal) => Promise<Ended>,
): Promise<void> {
  let status: object
  try {
    status = exitStatus(await run(io, signal))
  } catch (error) {
    status = faultStatus(error)
  }
  for (const output of [io.stdout, io.stderr]) {
    if (output === undefined) continue
    output.end()
    await finished(output, { readable: false }).catch(() => {})
  }
  finish(status)
}

/** The size of a window as the resize channel sends it; undefined when it is none. */
export function sizeOf(text: string) {
  try {
    const { Width, Height } = JSON.parse(text) as { Width?: unknown; Height?: unknown }
    if (!isLength(Width) || !isLength(Height)) return undefined
    return { columns: Width, rows: Height }
  } catch {
    return undefined
  }
}

const isLength = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) < 65_536
