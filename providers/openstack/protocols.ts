import type { Protocol } from '../../src/model/load-balancer.ts'
import type { ProxyProtocol } from './annotation-types.ts'

/** What is asked of the traffic of one port. */
export interface Traffic {
  readonly protocol: Protocol
  readonly tls: boolean
  readonly forwardedFor: boolean
  readonly proxy: ProxyProtocol
}

export type ListenerProtocol = Protocol | 'HTTP' | 'TERMINATED_HTTPS'
export type PoolProtocol = ListenerProtocol | 'PROXY' | 'PROXYV2'

/** TLS outranks X-Forwarded-For; with both, TLS ends here and the header is added too. */
export function listenerProtocol({ protocol, tls, forwardedFor }: Omit<Traffic, 'proxy'>): ListenerProtocol {
  if (tls) return 'TERMINATED_HTTPS'
  return forwardedFor ? 'HTTP' : protocol
}

/** Behind TLS or HTTP the pods are spoken to in HTTP. */
export function poolProtocol(
  listener: ListenerProtocol,
  { tls, forwardedFor, proxy }: Omit<Traffic, 'protocol'>,
): PoolProtocol {
  if (proxy !== 'off') return proxy
  return tls || forwardedFor ? 'HTTP' : listener
}

/** What a port number can be listened on once each: HTTP and TLS are TCP to everybody else. */
export const transportOf = (protocol: string): 'tcp' | 'udp' | 'sctp' => {
  if (protocol === 'UDP') return 'udp'
  return protocol === 'SCTP' ? 'sctp' : 'tcp'
}

/**
 * A pool cannot change its protocol, so that is part of what it is: the new one is made beside, the listener turns to it,
 * and the old one goes. One that speaks as its port does needs no word for it.
 */
export const poolKey = (listenerKey: string, protocol: string): string =>
  ['TCP', 'UDP', 'SCTP'].includes(protocol) ? listenerKey : `${listenerKey}/${protocol.toLowerCase()}`

/** How a member is chosen: OVN has one way only. */
export const methodOf = (asked: string | undefined, setting: string | undefined, ovn: boolean): string =>
  asked ?? setting ?? (ovn ? 'SOURCE_IP_PORT' : 'ROUND_ROBIN')
