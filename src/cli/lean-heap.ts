import { setFlagsFromString } from 'node:v8'

/**
 * For a command that reads, thinks and ends: V8 makes its space for new objects larger and larger, up to 100 MB that
 * are never given back. Left at its first size it costs no time here, and a fifth to a third of the memory less.
 */
export function leanHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
