import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { Lookup } from '../../src/provider/blueprint.ts'
import { settingsFor } from './annotations.ts'
import { certificateKey, poolsKey, sourceOf } from './facts.ts'

const pools: Lookup = { key: poolsKey, what: 'the pools of the local balancer' }

/** A Secret is renewed without an event that tells us. */
const renewedMs = 30_000

/** Pure. A Service that leaves its address to the balancer, and ends no TLS, needs to know nothing. */
export function lookupsFor(lb: LoadBalancer): readonly Lookup[] {
  const { pool, address, internal, certificate } = settingsFor(lb)
  const placed = pool ?? address ?? lb.requestedAddress ?? (internal?.value === true ? internal : undefined)
  const source = certificate === undefined ? undefined : sourceOf(certificate.value, lb)
  return [
    ...(placed === undefined ? [] : [pools]),
    ...(source === undefined ? [] : [certificateLookup(source)]),
  ]
}

const certificateLookup = (source: string): Lookup => ({
  key: certificateKey(source),
  what: `the certificate ${source}`,
  args: { source },
  againMs: renewedMs,
})
