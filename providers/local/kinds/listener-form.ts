import type { Json, JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import type { LocalListener } from '../api.ts'
import { marksIn } from '../tags.ts'
import { targetParts } from '../targets.ts'

/** All of a listener but its targets, which are parts, and what it is on. */
export const listenerFields = [
  'healthCheck',
  'sources',
  'scheduler',
  'affinitySeconds',
  'proxyProtocol',
  'certificateId',
  'minTlsVersion',
  'maxConnections',
  'connectTimeoutMs',
  'idleTimeoutMs',
  'drainMs',
  'tags',
] as const satisfies readonly (keyof LocalListener)[]

/** Ranges are a set. */
export function canonicalListener(spec: JsonObject): JsonObject {
  const { sources } = spec
  if (!Array.isArray(sources)) return spec
  return { ...spec, sources: [...new Set(sources as readonly string[])].toSorted() }
}

export const listenerForm: Form = {
  name: 'listener',
  ...usualForm,
  canonical: canonicalListener,
  immutable: ['addressId', 'protocol', 'port'],
  refs: ['addressId', 'certificateId'],
  ours: listenerFields.filter((field) => field !== 'tags'),
  replace: 'swap',
  sole: true,
  nameIsUnique: true,
  servesTraffic: true,
  drainMs: ({ drainMs }) => (typeof drainMs === 'number' ? drainMs : 0),
  settleMs: 0,
}

/** Undefined: it is not of this cluster. */
export function observedListener(
  wire: LocalListener,
  clusterUid: string | undefined,
  asOf: number,
): Observed | undefined {
  const { id, etag, addressId, protocol, port, targets, failure, reachedAt, healthy, healthCheck } = wire
  const marks = marksIn(wire.tags, clusterUid)
  if (marks === undefined) return undefined
  const fields = listenerFields.flatMap((field): [string, Json][] => {
    const value = wire[field]
    return value === undefined ? [] : [[field, value as Json]]
  })
  return {
    stack: marks.stack,
    kind: 'listener',
    key: marks.key,
    id,
    etag,
    owners: [marks.owner],
    spec: canonicalListener({ addressId, protocol, port, ...Object.fromEntries(fields) }),
    parts: targetParts(targets),
    out: {
      id,
      // Always said: what a list leaves out counts as it was known before.
      failure: failure ?? '',
      ...(reachedAt === undefined ? {} : { reachedAt: `${reachedAt.address}:${reachedAt.port}` }),
    },
    state: 'ready',
    serving: failure === undefined,
    // Without a check nobody knows how targets are.
    ...(healthCheck === undefined ? {} : { healthy: failure === undefined ? healthy : [] }),
    depth: 'read',
    asOf,
  }
}
