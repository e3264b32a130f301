import type { ObjectOf, ResourceName } from '../object.ts'
import type { ClusterState } from '../state.ts'
import { follow, keyOf } from './follow.ts'

/** Objects of one resource by terms that they have, so that nobody goes through all of them to find a few. */
export class ObjectIndex<R extends ResourceName> {
  readonly #state: ClusterState
  readonly #resource: R
  readonly #termsOf: (object: ObjectOf<R>) => readonly string[]
  readonly #byTerm = new Map<string, Map<string, ObjectOf<R>>>()
  readonly #terms = new Map<string, readonly string[]>()

  constructor(state: ClusterState, resource: R, termsOf: (object: ObjectOf<R>) => readonly string[]) {
    this.#state = state
    this.#resource = resource
    this.#termsOf = termsOf
  }

  start(signal: AbortSignal): void {
    follow(this.#state, this.#resource, signal, (object, gone) => this.#see(object, gone))
  }

  /** Those that have the term, in the order of their names. */
  of(term: string): readonly ObjectOf<R>[] {
    const found = this.#byTerm.get(term)
    if (found === undefined) return []
    return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
  }

  #see(object: ObjectOf<R>, gone: boolean): void {
    const key = keyOf(object)
    const terms = gone ? [] : this.#termsOf(object)
    for (const term of this.#terms.get(key) ?? []) if (!terms.includes(term)) this.#drop(term, key)
    for (const term of terms) {
      const some = this.#byTerm.get(term) ?? new Map<string, ObjectOf<R>>()
      this.#byTerm.set(term, some.set(key, object))
    }
    if (gone) this.#terms.delete(key)
    else this.#terms.set(key, terms)
  }

  #drop(term: string, key: string): void {
    const some = this.#byTerm.get(term)
    some?.delete(key)
    if (some?.size === 0) this.#byTerm.delete(term)
  }
}
