import { isObject, type Json } from '../../src/lib/json.ts'
import { unknown } from '../../src/plan/resource.ts'

/** Where an object of Azure is. */
export interface Scope {
  readonly subscription: string | undefined
  readonly resourceGroup: string | undefined
}

type ArmType =
  'loadBalancers' | 'publicIPAddresses' | 'networkSecurityGroups' | 'virtualNetworks' | 'privateLinkServices'

/** The id that Azure gives an object; it can be told before the object is there. */
export function armId(scope: Scope, type: ArmType, ...names: readonly string[]): Json {
  const { subscription, resourceGroup } = scope
  if (subscription === undefined) return unknown('the subscription; azure.subscription says it')
  if (resourceGroup === undefined) return unknown('the resource group; azure.resourceGroup says it')
  const open = names.find((name) => name.includes('<'))
  if (open !== undefined) return unknown(`the name ${open}`)
  const path = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Network`
  return `${path}/${type}/${names.join('/')}`
}

/** Ids are the same in any case; Azure does not always answer as it was asked. */
export const sameId = (a: unknown, b: unknown): boolean =>
  typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase()

/** What is wanted, with each id that is the same in any case as Azure writes it. */
export function alike(want: Json, seen: Json | undefined): Json {
  if (typeof want === 'string' && typeof seen === 'string')
    return want.startsWith('/subscriptions/') && sameId(want, seen) ? seen : want
  if (Array.isArray(want))
    return Array.isArray(seen)
      ? want.map((item: Json, at): Json => alike(item, (seen as readonly Json[])[at]))
      : want
  if (!isObject(want) || !isObject(seen)) return want
  return Object.fromEntries(Object.entries(want).map(([field, value]) => [field, alike(value, seen[field])]))
}

/** The name that follows a word in an id: `partOf(id, 'frontendIPConfigurations')`. */
export function partOf(id: unknown, word: string): string | undefined {
  if (typeof id !== 'string') return undefined
  const parts = id.split('/')
  const at = parts.findIndex((part) => part.toLowerCase() === word.toLowerCase())
  return at < 0 ? undefined : parts[at + 1]
}
