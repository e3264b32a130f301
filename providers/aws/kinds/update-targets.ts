import { digest } from '../../../src/lib/hash.ts'
import type { Observed, Part, PartChange } from '../../../src/plan/resource.ts'
import type { Target } from '../api-elbv2.ts'
import { sharedSet } from '../target-sets.ts'
import { type KindDeps, text } from './shared.ts'

/** As many as go into one request; the rest follows in the next round. */
const mostTargets = 200

/** One request: registers what is new, or, when nothing is, deregisters what is too much. */
export async function updateTargets(
  { api, clock }: KindDeps,
  seen: Observed,
  changes: readonly PartChange[],
  signal: AbortSignal,
): Promise<Observed> {
  const asOf = clock.now()
  const parts: Record<string, Part> = { ...seen.parts }
  const added = changes.filter((change) => change.action !== 'remove').slice(0, mostTargets)
  if (added.length > 0) {
    const Targets = added.map((change) => withServerId(seen, change.after as unknown as Target))
    await api.call('RegisterTargets', { TargetGroupArn: seen.id, Targets }, signal)
    for (const { key, after = {}, path } of added)
      parts[key] = { spec: after, owners: [], ...(path === undefined ? {} : { path }) }
  } else {
    const removed = changes.slice(0, mostTargets)
    const Targets = removed.map((change) => change.before as unknown as Target)
    await api.call('DeregisterTargets', { TargetGroupArn: seen.id, Targets }, signal)
    for (const { key } of removed) delete parts[key]
  }
  const ofInstances = seen.spec['TargetType'] === 'instance' && Object.values(parts).every(isUsual)
  return { ...seen, asOf, parts: ofInstances ? sharedSet(parts) : parts }
}

/** On the group's port, and ours. */
const isUsual = ({ spec, foreign }: Part): boolean => spec['Port'] === undefined && foreign !== true

/** QUIC finds a target again by an id: any that no other target of the listener has does. */
function withServerId({ spec }: Observed, target: Target): Target {
  if (!text(spec, 'Protocol').includes('QUIC')) return target
  const place = `${text(spec, 'Name')} ${target.Id} ${target.Port ?? ''}`
  return { ...target, QuicServerId: `0x${digest(place).toString('hex').slice(0, 16)}` }
}
