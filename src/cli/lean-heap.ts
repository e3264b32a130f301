import { setFlagsFromString } from 'node:v8'

/**
 * For a command that reads, thinks and ends: V8 makes its space for new objects larger and larger, up to 100 MB that
 * are never given back. What it has grown to when the input is read is enough for the rest: that costs no time, and a
 * fifth to a quarter of the memory less.
 */
export function leanHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
