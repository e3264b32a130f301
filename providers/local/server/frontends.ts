import type { RelayFrontend, RelayTarget, SchedulerName } from '../../../src/relay/frontend.ts'
import type { LocalAddress, LocalTarget } from '../api.ts'
import type { KeptCertificate, KeptListener, Records } from './records.ts'

/** `unproven`: its first check has not ended. */
export type Standing = 'healthy' | 'unhealthy' | 'unproven'

export type Judge = (listener: KeptListener, target: LocalTarget) => Standing

/** What stands behind a listener's ids. */
export interface Around {
  readonly address: LocalAddress
  readonly certificate?: KeptCertificate
}

/** What the relay serves for all listeners. */
export const frontendsOf = (records: Records, judge: Judge): readonly RelayFrontend[] =>
  [...records.listeners.values()].flatMap((listener) => {
    const around = aroundOf(records, listener)
    return around === undefined ? [] : [frontendOf(listener, around, judge)]
  })

/** Undefined: it names what is not there, and nothing can be served for it. */
export function aroundOf(records: Records, { addressId, certificateId }: KeptListener): Around | undefined {
  const address = records.addresses.get(addressId)
  if (address === undefined) return undefined
  if (certificateId === undefined) return { address }
  const certificate = records.certificates.get(certificateId)
  return certificate === undefined ? undefined : { address, certificate }
}

export function frontendOf(
  listener: KeptListener,
  { address, certificate }: Around,
  judge: Judge,
): RelayFrontend {
  const { id, protocol, port, sources, proxyProtocol, minTlsVersion: minVersion } = listener
  const taking = new Set(takersOf(listener, judge))
  const targets = listener.targets.map(
    // Without a weight it takes nothing new, and what it has goes on.
    (target): RelayTarget => (taking.has(target) ? target : { ...target, weight: 0 }),
  )
  return {
    id,
    protocol,
    address: address.address,
    port,
    routes: [{ ...given({ sources }), targets }],
    scheduler: listener.scheduler as SchedulerName,
    dialFrom: 'client',
    ...given({
      affinitySeconds: listener.affinitySeconds,
      maxConnections: listener.maxConnections,
      connectTimeoutMs: listener.connectTimeoutMs,
      idleTimeoutMs: listener.idleTimeoutMs,
      drainMs: listener.drainMs,
    }),
    ...(proxyProtocol === undefined ? {} : { proxyProtocol: { send: proxyProtocol } }),
    ...(certificate === undefined
      ? {}
      : { tls: { certificate: certificate.certificate, key: certificate.key, ...given({ minVersion }) } }),
  }
}

/**
 * The targets that new connections go to: those that are healthy, and only while there is none those that nobody knows
 * yet, so that a new Service and a server that was started anew serve at once. None that failed is ever tried: where all
 * have failed, a client is told so at once and does not wait for a node that has nobody to answer.
 */
export function takersOf(listener: KeptListener, judge: Judge): readonly LocalTarget[] {
  const standing = (wanted: Standing): readonly LocalTarget[] =>
    listener.targets.filter((target) => target.weight !== 0 && judge(listener, target) === wanted)
  const healthy = standing('healthy')
  return healthy.length > 0 ? healthy : standing('unproven')
}

type Given<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> }

const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
