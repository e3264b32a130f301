import { createServer } from 'node:net'
import { readFileSync } from 'node:fs'

/** What of loopback a program may have here. */
export interface LoopbackFacts {
  /** `one`: only 127.0.0.1. */
  readonly addresses: 'all' | 'one'
  /** Ports below are refused. */
  readonly lowestPort: number
}

export const allOfLoopback: LoopbackFacts = { addresses: 'all', lowestPort: 1 }

const setting = '/proc/sys/net/ipv4/ip_unprivileged_port_start'
const usualLowest = 1024

/** What is asked of the system. */
export interface LoopbackSystem {
  /** From where on everybody may listen, as the system says. */
  readonly portStart: () => number
  /** A code of the system's; undefined: it may be had. Port 0 is any. */
  readonly bindError: (host: string, port: number) => Promise<string | undefined>
}

/** Finds out by trying. `base` as in the layout. */
export async function probeLoopback(
  base: number,
  { portStart, bindError }: LoopbackSystem = thisSystem,
): Promise<LoopbackFacts> {
  const own = `127.${base}.0.1`
  const hasAll = (await bindError(own, 0)) === undefined
  const start = portStart()
  const isRefused = start > 1 && (await bindError(hasAll ? own : '127.0.0.1', start - 1)) === 'EACCES'
  return { addresses: hasAll ? 'all' : 'one', lowestPort: isRefused ? start : 1 }
}

/** From where on everybody may listen, as Linux is set; elsewhere the usual. */
function portStart(): number {
  try {
    return Number(readFileSync(setting, 'utf8'))
  } catch {
    return usualLowest
  }
}

const bindError = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })

const thisSystem: LoopbackSystem = { portStart, bindError }

/** What a person should know, and how to mend it. Nothing: all is as it should be. */
export function loopbackAdvice({ addresses, lowestPort }: LoopbackFacts, base: number): readonly string[] {
  const lines: string[] = []
  if (addresses === 'one')
    lines.push(
      `This system has only 127.0.0.1, not all of 127.0.0.0/8: nodes, pods and load balancers share it, each at ports of its own, and all clients look alike.`,
      `To give them addresses of their own, on Linux: sudo ip address add 127.0.0.1/8 dev lo. On macOS, one by one: sudo ifconfig lo0 alias 127.${base}.0.1`,
    )
  if (lowestPort > 1) {
    const example = `80 is reached at ${addresses === 'one' ? 'another port' : lowPortBase + 80}`
    lines.push(
      `Ports below ${lowestPort} are refused to this user, so others stand in for them: ${example}; "lb-controller sandbox status" names them all.`,
      `To allow them: sudo sysctl -w net.ipv4.ip_unprivileged_port_start=0`,
    )
  }
  return lines
}

/** Added to ports that are refused. */
export const lowPortBase = 10_000
