/** One page of a paged list. */
export interface Paged<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/** All pages of an EC2 list. */
export async function pagesByToken<T>(
  fetch: (page: { NextToken?: string }) => Promise<Paged<T>>,
): Promise<readonly T[]> {
  const all: T[] = []
  let next: string | undefined
  do {
    const page = await fetch(next === undefined ? {} : { NextToken: next })
    all.push(...page.items)
    next = page.next === '' ? undefined : page.next
  } while (next !== undefined)
  return all
}

/** All pages of an ELBv2 list. */
export const pagesByMarker = <T>(
  fetch: (page: { Marker?: string }) => Promise<Paged<T>>,
): Promise<readonly T[]> =>
  pagesByToken(({ NextToken }) => fetch(NextToken === undefined ? {} : { Marker: NextToken }))

/** EC2 takes at most 200 values in one filter. */
export const filterLimit = 200

/** Consecutive runs of at most `size` items. */
export function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const runs: T[][] = []
  for (let at = 0; at < items.length; at += size) runs.push(items.slice(at, at + size))
  return runs
}
