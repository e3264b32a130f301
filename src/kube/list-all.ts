import type { KubeObject } from '../model/objects.ts'
import type { KubeApi, ResourceType } from './port.ts'

/** All pages of a list; of all namespaces if none is named. */
export async function listAll<T extends KubeObject>(
  api: KubeApi,
  resource: ResourceType,
  signal: AbortSignal,
  namespace?: string,
): Promise<readonly T[]> {
  const items: T[] = []
  let next: string | undefined
  do {
    const more = {
      ...(namespace === undefined ? {} : { namespace }),
      ...(next === undefined ? {} : { continue: next }),
    }
    const page = await api.list<T>(resource, { limit: 500, ...more }, signal)
    items.push(...page.items)
    next = page.continue
  } while (next !== undefined && next !== '')
  return items
}
