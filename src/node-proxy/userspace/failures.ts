import type { IpFamily } from '../../lib/ip.ts'
import type { FrontendFailure, RelayFrontend } from '../../relay/frontend.ts'
import type { FamilyFailure } from '../data-plane.ts'
import type { ProxyTable } from '../table/row.ts'
import { isWildcard, rowKeyOf } from './frontends.ts'

/** A frontend that the relay was asked for and does not serve. */
export interface Unserved {
  readonly frontend: RelayFrontend
  readonly failure: FrontendFailure
  /** When it was tried. */
  readonly at: number
}

/** The one cause that is as it has to be: a cluster address is no address of the machine. */
const unavailable = 'unavailable'

interface Group {
  readonly family: IpFamily
  readonly message: string
  readonly keys: Set<string>
  readonly count: number
}

/** `cause` is the same while the same thing is wrong, however much of it. */
export interface CausedFailure extends FamilyFailure {
  readonly cause: string
}

/** What failed, by family and cause: thousands of addresses that the machine does not have are one failure. */
export function familyFailures(
  table: ProxyTable,
  unserved: Iterable<Unserved>,
  ownWildcards: ReadonlyMap<string, string>,
): readonly CausedFailure[] {
  const groups = new Map<string, Group>()
  const add = (family: IpFamily, cause: string, message: string, key: string) => {
    const group = groups.get(`${family} ${cause}`) ?? { family, message, keys: new Set(), count: 0 }
    groups.set(`${family} ${cause}`, { ...group, count: group.count + 1 })
    group.keys.add(key)
  }
  for (const row of table.rows.values())
    if (row.protocol === 'SCTP' && table.families[row.family] !== undefined)
      add(row.family, 'SCTP', 'SCTP is not served by the userspace data plane, only by nftables', row.key)
  for (const { frontend, failure } of unserved) {
    const holder = isWildcard(frontend.address) ? undefined : ownWildcards.get(portOf(frontend))
    const message =
      failure.reason === 'in-use' && holder !== undefined
        ? `the node port of ${holder} holds ${frontend.protocol} port ${frontend.port} of all addresses; name single ones with --bind-address`
        : failure.message
    const cause = failure.reason === 'unavailable' ? unavailable : message
    add(frontend.address.includes(':') ? 'IPv6' : 'IPv4', cause, message, rowKeyOf(failure.id))
  }
  return [...groups].map(([cause, { family, message, keys, count }]) => ({
    cause,
    family,
    message: count === 1 || keys.size === 1 ? message : `${message}; and ${count - 1} more like it`,
    keys: [...keys],
    ...(cause.endsWith(unavailable) ? { expected: true } : {}),
  }))
}

/** Where a socket on all addresses leaves no room for another one. */
export const portOf = ({ protocol, address, port }: RelayFrontend): string =>
  `${protocol} ${address.includes(':') ? 'IPv6' : 'IPv4'} ${port}`
