import type { Tags } from './records.ts'

interface TagShape {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

export const readTags = (tags: readonly TagShape[] | undefined): Tags =>
  Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']))

export const showTags = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

export function withoutTags(tags: Tags, gone: (key: string, value: string) => boolean): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => !gone(key, value)))
}
