export interface Position {
  readonly line: number
  readonly column: number
}

/** Lines and columns of offsets in one text; the lines are counted when somebody asks. */
export class Lines {
  readonly #text: string
  #starts: readonly number[] | undefined

  constructor(text: string) {
    this.#text = text
  }

  at(offset: number): Position {
    const starts = (this.#starts ??= lineStarts(this.#text))
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }

  /** A whole line, counted from 1. */
  line(number: number): string {
    const starts = (this.#starts ??= lineStarts(this.#text))
    const start = starts[number - 1]
    if (start === undefined) return ''
    const next = starts[number]
    return this.#text.slice(start, next === undefined ? undefined : next - 1)
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** `metadata.annotations["a/b"]`, `spec.ports[1].port` -> its steps. */
export function pathSteps(path: string): readonly (string | number)[] {
  const steps: (string | number)[] = []
  for (const [, index, quoted, name] of path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)) {
    if (index !== undefined) steps.push(Number(index))
    else if (quoted !== undefined) steps.push(JSON.parse(quoted) as string)
    else if (name !== undefined) steps.push(name)
  }
  return steps
}

/** A value's place in a text. `inside` is asked for where a path leads on, and answers the same each time. */
export interface Spot {
  /** Offset of its key; of an item of a list, and of the whole, of the value itself. */
  readonly at: number
  inside(): Inside | undefined
}

export type Inside =
  | { readonly is: 'map'; readonly entries: ReadonlyMap<string, Spot> }
  | { readonly is: 'list'; readonly entries: readonly Spot[] }

export const spot = (at: number, look: () => Inside | undefined): Spot => {
  let seen: { readonly inside: Inside | undefined } | undefined
  return { at, inside: () => (seen ??= { inside: look() }).inside }
}

/** The offset of what a path names, or of its ancestors the deepest that is written. */
export function offsetOf(root: Spot, path: string): number {
  let found = root
  for (const step of pathSteps(path)) {
    const inside = found.inside()
    const next =
      inside?.is === 'map'
        ? inside.entries.get(String(step))
        : typeof step === 'number'
          ? inside?.entries[step]
          : undefined
    if (next === undefined) break
    found = next
  }
  return found.at
}
