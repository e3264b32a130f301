import { equal } from '../../src/lib/json.ts'
import type { Setting } from '../../src/model/annotations.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import type { rows } from './annotations.ts'
import type { Wish } from './wish.ts'

type RowName = keyof typeof rows
type Sentences = Readonly<Partial<Record<RowName, string>>>

/** Rows that mean nothing on one kind of load balancer, each with the sentence that says why. */
export interface Lacks {
  /** To go on without them would open access, or send traffic where or how it was not meant. */
  readonly refused: Sentences
  readonly ignored: Sentences
  /** What to do instead of what is refused. */
  readonly hint?: string
  /** Values of those that ask for what holds anyway. */
  readonly harmless: Readonly<Partial<Record<RowName, unknown>>>
}

/** What a Service asks of a kind of load balancer that has no such thing. */
export function lackedBy(
  { settings, keyed }: Pick<Wish, 'settings' | 'keyed'>,
  lacks: Lacks,
): readonly Problem[] {
  const asked = (name: string): readonly Setting<unknown>[] => {
    const one = (settings as Readonly<Record<string, Setting<unknown> | undefined>>)[name]
    const many = (keyed as Readonly<Record<string, Readonly<Record<string, Setting<unknown>>>>>)[name] ?? {}
    return [...(one === undefined ? [] : [one]), ...Object.values(many)].filter(
      ({ value }) => !equal(value, lacks.harmless[name as RowName]),
    )
  }
  const told = (table: Sentences, code: string, say: typeof error, hint?: string): readonly Problem[] =>
    Object.entries(table).flatMap(([name, message]) =>
      asked(name).map(({ path, raw }) =>
        say(code, path, message, { value: raw, ...(hint === undefined ? {} : { hint }) }),
      ),
    )
  return [
    ...told(lacks.refused, 'LB_AWS_NOT_OF_KIND', error, lacks.hint),
    ...told(lacks.ignored, 'LB_AWS_NO_EFFECT', warning),
  ]
}
