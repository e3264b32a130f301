import type { LogOptions } from '../../../localstack/kubernetes/pod-runtime.ts'
import type { LogLine } from './log-ring.ts'

/** The lines that are asked for, of those there are. */
export function chosenLines(
  lines: readonly LogLine[],
  { tailLines, since }: Pick<LogOptions, 'tailLines' | 'since'>,
): readonly LogLine[] {
  const late = since === undefined ? lines : lines.filter(({ at }) => at >= since)
  return tailLines === undefined ? late : tailLines === 0 ? [] : late.slice(-tailLines)
}

/** A line as it is sent: with nanoseconds in front where times are asked for. */
export function lineBytes({ at, bytes }: LogLine, timestamps: boolean): Buffer {
  if (!timestamps) return bytes
  const time = new Date(at).toISOString().replace('Z', '000000Z ')
  return Buffer.concat([Buffer.from(time), bytes])
}
