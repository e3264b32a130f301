import type { ServiceObject } from '../model/objects.ts'
import { refKey, type Resource } from '../plan/resource.ts'
import { inputOf, readAccepted, serviceAt } from './accepted.ts'
import type { Decision } from './decide.ts'
import { readFor, wishAt, type Asking, type DecideParts } from './wish-of.ts'

/** What a Service that leaves had in the stacks of groups, by each of its inputs. */
export async function leftBy(
  parts: DecideParts,
  service: ServiceObject,
): Promise<Pick<Decision, 'joins' | 'released'>> {
  const { provider } = parts
  const accepted = readAccepted(service)
  const asked: Asking = { parts, live: service, backends: new Set(), awaits: new Set() }
  const inputs = [
    inputOf(service, provider.annotations),
    accepted?.input,
    ...(accepted?.leaving ?? []).map((one) => one.input),
  ]
  const joins = new Set<string>()
  const released = new Map<string, Resource>()
  for (const input of inputs) {
    const { lb } = input === undefined ? {} : readFor(provider, serviceAt(service, input))
    const stacks = lb === undefined ? [] : (provider.joins?.(lb) ?? [])
    if (stacks.length === 0) continue
    for (const stack of stacks) joins.add(stack)
    const wish = await wishAt(asked, service, input)
    for (const resource of wish?.resources ?? [])
      if (joins.has(resource.stack)) released.set(refKey(resource), resource)
  }
  return { joins: [...joins], released: [...released.values()] }
}
