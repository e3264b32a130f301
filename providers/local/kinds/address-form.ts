import type { Observed } from '../../../src/plan/resource.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import type { LocalAddress } from '../api.ts'
import { marksIn } from '../tags.ts'

/** Pool and address are part of what it is, so they are never compared: what is there is what was asked for. */
export const addressForm: Form = {
  name: 'address',
  ...usualForm,
  canonical: (spec) => spec,
  immutable: [],
  kept: ['name', 'pool', 'address'],
  replace: 'beside',
  nameIsUnique: true,
  servesTraffic: true,
  settleMs: 0,
}

/** Undefined: it is not of this cluster. */
export function observedAddress(
  wire: LocalAddress,
  clusterUid: string | undefined,
  asOf: number,
): Observed | undefined {
  const { id, etag, name, pool, address, tags } = wire
  const marks = marksIn(tags, clusterUid)
  if (marks === undefined) return undefined
  return {
    stack: marks.stack,
    kind: 'address',
    key: marks.key,
    id,
    etag,
    owners: [marks.owner],
    spec: { name, pool, address, tags },
    out: { id, pool, address },
    state: 'ready',
    serving: true,
    depth: 'read',
    asOf,
  }
}
