import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Part, Parts } from '../../../src/plan/resource.ts'
import { partOf } from '../arm.ts'
import { frontendOfRule } from '../part-keys.ts'

/**
 * The parts of all Services as one load balancer can hold them. Who did not get a frontend gets no rules on it, a
 * probe that no rule asks is left out, and ids stay as Azure writes them.
 */
export function packParts(parts: Parts, observed: Observed | undefined): Parts {
  const rules = Object.entries(parts).filter(
    ([key, part]) => key.startsWith('rule/') && mayStand(key, part, parts),
  )
  const standing = new Set(rules.map(([key]) => key))
  const asked = new Set(rules.map(([, part]) => probeOf(part)))
  const kept = Object.entries(parts).filter(([key]) => {
    if (key.startsWith('rule/')) return standing.has(key)
    return !key.startsWith('probe/') || asked.has(unknownProbe) || asked.has(key.slice('probe/'.length))
  })
  return Object.fromEntries(kept.map(([key, part]) => [key, asWritten(part, observed?.parts?.[key])]))
}

function mayStand(key: string, { owners }: Part, parts: Parts): boolean {
  const frontend = parts[`frontend/${frontendOfRule(key)}`]
  return (
    frontend === undefined || owners.every((owner) => frontend.owners.some(({ uid }) => uid === owner.uid))
  )
}

/** Of a rule whose probe has an id that nobody can tell yet. */
const unknownProbe = Symbol('unknown probe')

function probeOf({ spec }: Part): string | symbol | undefined {
  const properties = spec['properties']
  const probe = isObject(properties) ? properties['probe'] : undefined
  if (!isObject(probe)) return undefined
  return partOf(probe['id'], 'probes') ?? unknownProbe
}

function asWritten(part: Part, seen: Part | undefined): Part {
  if (seen === undefined) return part
  return { ...part, spec: alike(part.spec, seen.spec) as JsonObject }
}

/** Ids are the same in any case. */
function alike(want: Json, seen: Json | undefined): Json {
  if (typeof want === 'string' && typeof seen === 'string')
    return want.startsWith('/subscriptions/') && want.toLowerCase() === seen.toLowerCase() ? seen : want
  if (!isObject(want) || !isObject(seen)) return want
  return Object.fromEntries(Object.entries(want).map(([field, value]) => [field, alike(value, seen[field])]))
}
