import { readFileSync } from 'node:fs'

/**
 * So many connections, of two sockets each, fit into the file descriptors of this process, with some left for all else.
 * A connection that is shed here is counted; one for which the system has no descriptor is closed by the system layer,
 * and nobody is told. Undefined where the system does not say.
 */
export function mostConnections(): number | undefined {
  try {
    return connectionsWithin(readFileSync('/proc/self/limits', 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * How many connections the limits allow, as `/proc/self/limits` writes them: each takes two descriptors, and a tenth is
 * kept for all else. Undefined: they do not say.
 */
export function connectionsWithin(limits: string): number | undefined {
  const open = /^Max open files\s+(\d+)/m.exec(limits)?.[1]
  if (open === undefined) return undefined
  return Math.max(1, Math.floor((Number(open) - Math.max(64, Number(open) / 10)) / 2))
}
