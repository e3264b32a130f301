import type { Json } from '../../src/lib/json.ts'
import type { Fact, Lookup } from '../../src/provider/blueprint.ts'
import { type Network, networkKey, nodeGroupsKey } from './facts.ts'

/** What look-ups have told so far. Some calls need more than the object they are about. */
export class Learned {
  readonly #zones = new Map<string, string>()
  readonly #instances = new Set<string>()

  facts(asked: readonly Lookup[], facts: readonly Fact[]): void {
    for (const { key, args } of asked)
      if (key.startsWith(nodeGroupsKey(''))) for (const id of (args ?? []) as readonly Json[]) this.#add(id)
    for (const fact of facts)
      if (fact.key === networkKey && 'value' in fact)
        for (const { id, zone } of (fact.value as unknown as Network).subnets) this.#zones.set(id, zone)
  }

  #add(id: Json): void {
    if (typeof id === 'string') this.#instances.add(id)
  }

  zoneOf(subnet: string): string | undefined {
    return this.#zones.get(subnet)
  }

  /** Whether an instance is, or was since we began, a node of this cluster. */
  isNode(instance: string): boolean {
    return this.#instances.has(instance)
  }
}
