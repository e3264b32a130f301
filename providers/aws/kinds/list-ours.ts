import type { Observed } from '../../../src/plan/resource.ts'
import type { Page } from '../../../src/provider/kind.ts'
import type { Tags } from '../tags.ts'
import type { KindDeps } from './shared.ts'

/** One page of a list that AWS does not narrow to ours. */
interface Wire<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/** What a kind knows of its list. */
interface Listed<T> {
  ask(page: { readonly PageSize: number; readonly Marker?: string }): Promise<Wire<T>>
  /** Tells by its name whether an object may be ours. Default: any may. */
  mayBe?(item: T): boolean
  arnOf(item: T): string
  observe(
    item: T,
    seen: { readonly tags: Tags; readonly clusterUid: string | undefined; readonly asOf: number },
  ): Observed
}

/** The objects of a page that carry our tags. */
export async function listOurs<T>(
  { clock, clusterUid, tags }: KindDeps,
  listed: Listed<T>,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const asOf = clock.now()
  const page = await listed.ask({ PageSize: 400, ...(cursor === undefined ? {} : { Marker: cursor }) })
  const candidates = page.items.filter((item) => listed.mayBe?.(item) ?? true)
  const known = await tags.listed(
    candidates.map((item) => listed.arnOf(item)),
    signal,
  )
  const items = candidates
    .map((item) => listed.observe(item, { tags: known.get(listed.arnOf(item)) ?? {}, clusterUid, asOf }))
    .filter((item) => item.owners.length > 0)
  return { items, ...(page.next === undefined ? {} : { next: page.next }) }
}
