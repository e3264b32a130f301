import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { CertificateName } from './annotation-types.ts'

/** `local/pools`: what addresses the balancer may give. */
export const poolsKey = 'local/pools'

export interface PoolFact {
  readonly name: string
  readonly ranges: readonly string[]
  /** Holder by address, where somebody said it: a run asks the balancer itself, and is told when it takes one. */
  readonly held?: Readonly<Record<string, string>>
}

/** `local/certificate/<source>`: what is in a Secret or in files, but never the key. */
export const certificateKey = (source: string): string => `local/certificate/${source}`

export interface CertificateFact {
  readonly fingerprint: string
  readonly subject?: string
  readonly notAfter?: string
  readonly expired?: true
}

/** `shop/web-tls`, or `file:web`: a Secret without a namespace is one of the Service's own. */
export const sourceOf = (named: CertificateName, { namespace }: Pick<LoadBalancer, 'namespace'>): string =>
  named.is === 'file' ? `file:${named.name}` : `${named.namespace ?? namespace}/${named.name}`

/** The same read back. */
export function secretIn(source: string): { readonly namespace: string; readonly name: string } | undefined {
  const { namespace, name } = /^(?<namespace>[^/:]+)\/(?<name>.+)$/.exec(source)?.groups ?? {}
  return namespace === undefined || name === undefined ? undefined : { namespace, name }
}

export const fileIn = (source: string): string | undefined =>
  /^file:(?<name>.+)$/.exec(source)?.groups?.['name']
