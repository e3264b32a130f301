import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Part, Parts } from '../../../src/plan/resource.ts'
import { alike, partOf } from '../arm.ts'
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
  const spec = alike(part.spec, seen.spec) as JsonObject
  const { properties } = spec
  // A rule that asks no probe any more lets go of the one that it has, which could not be removed otherwise.
  const lets = isObject(properties) && probeOf(part) === undefined && probeOf(seen) !== undefined
  return { ...part, spec: lets ? { ...spec, properties: { ...properties, probe: null } } : spec }
}

/** Public IP addresses that a frontend, or the whole of a load balancer, has: each can have one place only. */
export function heldAddresses({ properties, uses }: JsonObject): readonly string[] {
  const address = isObject(properties) ? properties['publicIPAddress'] : undefined
  const ids = [isObject(address) ? address['id'] : undefined, ...(Array.isArray(uses) ? uses : [])]
  return ids.flatMap((id) =>
    typeof id === 'string' && partOf(id, 'publicIPAddresses') !== undefined ? [id.toLowerCase()] : [],
  )
}
