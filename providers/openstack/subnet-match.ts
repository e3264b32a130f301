import { fail, ok, type Result } from '../../src/lib/result.ts'

/** What is looked at of a subnet. */
export interface Matched {
  readonly name: string
  readonly tags: readonly string[]
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)

/** `*` and `?` within a path segment, `**` beyond, `{a,b}` either. */
function globSource(glob: string): string {
  const pieces = glob.match(/\*\*|\*|\?|\{[^{}]*\}|[^*?{]+|\{/g) ?? []
  return pieces
    .map((piece) => {
      if (piece === '**') return '.*'
      if (piece === '*') return '[^/]*'
      if (piece === '?') return '[^/]'
      if (piece.startsWith('{') && piece.endsWith('}'))
        return `(?:${piece.slice(1, -1).split(',').map(escaped).join('|')})`
      return escaped(piece)
    })
    .join('')
}

const longest = 256

/** Whether a name is as a pattern wants it: the whole name, not a part. Or why the pattern is none. */
export function nameMatcher(pattern: string): Result<(name: string) => boolean, string> {
  const negated = pattern.startsWith('!')
  const rest = negated ? pattern.slice(1) : pattern
  if (rest.length > longest) return fail(`the pattern has ${rest.length} characters, ${longest} is the most`)
  const source = rest.startsWith('~') ? rest.slice(1) : `^${globSource(rest)}$`
  let form: RegExp
  try {
    form = new RegExp(source, 'u')
  } catch {
    return fail(`${JSON.stringify(rest)} is no regular expression`)
  }
  return ok((name) => (form.exec(name)?.[0] === name) !== negated)
}

/** Whether tags are as asked: any of the list, or with `&` all of it; `!` turns the answer round. */
function tagMatcher(asked: string): (tags: readonly string[]) => boolean {
  const [, not, all, rest = ''] = /^(!?)(&?)(.*)$/s.exec(asked) ?? []
  const list = rest.split(',').map((tag) => tag.trim())
  return (tags) => {
    const has = (tag: string): boolean => tags.includes(tag)
    return (all === '&' ? list.every(has) : list.some(has)) !== (not === '!')
  }
}

/** Both have to hold, where both are asked for. A pattern that does not parse matches nothing. */
export function subnetMatcher(
  pattern: string | undefined,
  tags: string | undefined,
): (subnet: Matched) => boolean {
  const byName = pattern === undefined || pattern === '' ? undefined : nameMatcher(pattern)
  const byTags = tags === undefined || tags === '' ? undefined : tagMatcher(tags)
  return (subnet) =>
    (byName === undefined || (byName.ok && byName.value(subnet.name))) &&
    (byTags === undefined || byTags(subnet.tags))
}
