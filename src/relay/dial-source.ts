import { isIP } from 'node:net'
import type { Log } from '../observe/log.ts'
import { ListenRefused } from './listening.ts'
import type { RelayFrontend } from './frontend.ts'

/** The address to dial from. Undefined: the system chooses. `client` is asked only where it matters. */
export function dialSource(
  dialFrom: RelayFrontend['dialFrom'],
  asked: { client: string },
): string | undefined {
  if (dialFrom === undefined) return undefined
  const address = dialFrom === 'client' ? asked.client : dialFrom.address
  return isIP(address) === 0 ? undefined : address
}

/** Throws `ListenRefused`. */
export function checkDialFrom({ dialFrom }: RelayFrontend): void {
  if (dialFrom === undefined || dialFrom === 'client' || isIP(dialFrom.address) !== 0) return
  throw new ListenRefused(
    'invalid',
    `dialFrom.address: ${JSON.stringify(dialFrom.address)} is no IP address; say one of this machine, or client`,
  )
}

/**
 * Ports for TCP dials from a chosen address, in turn. A socket that leaves its port to the system gets, when it is
 * bound, one that no other socket of this address has, and those of ended connections count for a minute: with some
 * hundred new connections a second there are none left. A port that is named may be shared by connections to different
 * targets, and taken again as soon as the one before has ended.
 *
 * They lie below those that systems give out by themselves, as Linux passes over a port that some socket was bound to,
 * and below NodePorts.
 */
const firstPort = 20_000
const ports = 10_000
let turn = Math.floor(Math.random() * ports)

export const nextSourcePort = (): number => firstPort + (turn = (turn + 1) % ports)

/** So many ports are tried: each may be listened at, or have a connection to the same target. */
export const mostPortsTried = 8

/** Why a socket that was bound to an address could not dial. `none`: that had nothing to do with its address. */
export function sourceFault(error: Error): 'port' | 'address' | 'none' {
  const { code = '', syscall } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE' || (code === 'EADDRNOTAVAIL' && syscall === 'connect')) return 'port'
  // From a loopback address no way leads out of the machine: then it is the call that is invalid.
  return syscall === 'bind' || code === 'EINVAL' ? 'address' : 'none'
}

/** Counts the dials that the system had to choose the source of, and says so once. */
export class LostSources {
  count = 0
  readonly #log: Log
  readonly #id: string

  constructor(log: Log, id: string) {
    this.#log = log
    this.#id = id
  }

  note(wanted: string, target: string, error?: Error): void {
    if (this.count++ > 0) return
    this.#log.warn('targets see another address than they should: it cannot be dialled from', {
      id: this.#id,
      wanted,
      target,
      ...(error === undefined ? {} : { reason: error.message }),
    })
  }
}
