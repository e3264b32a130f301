import { idsReferredTo } from '../plan/referred.ts'
import { refKey, type Identity, type Observed } from '../plan/resource.ts'
import type { Form } from '../provider/form.ts'

const objectKey = (object: { readonly kind: string; readonly id: string }): string =>
  `${object.kind}/${object.id}`

/** value -> keys of the objects found under it */
class Index {
  readonly #keys = new Map<string, Set<string>>()

  add(value: string, key: string): void {
    const keys = this.#keys.get(value)
    if (keys === undefined) this.#keys.set(value, new Set([key]))
    else keys.add(key)
  }

  remove(value: string, key: string): void {
    const keys = this.#keys.get(value)
    keys?.delete(key)
    if (keys?.size === 0) this.#keys.delete(value)
  }

  get(value: string): Iterable<string> {
    return this.#keys.get(value) ?? []
  }
}

interface Entry {
  readonly object: Observed
  readonly owners: ReadonlySet<string>
  readonly refs: readonly string[]
}

/** Observed objects, found by id, identity, stack, owner (of the body or of a part) and by what they refer to. */
export class ObservedIndex {
  readonly #entries = new Map<string, Entry>()
  readonly #byIdentity = new Index()
  readonly #byStack = new Index()
  readonly #byOwner = new Index()
  readonly #byRef = new Index()
  readonly #form: (object: Observed) => Pick<Form, 'refs' | 'partRefs'> | undefined

  constructor(form: (object: Observed) => Pick<Form, 'refs' | 'partRefs'> | undefined) {
    this.#form = form
  }

  get(kind: string, id: string): Observed | undefined {
    return this.#entries.get(`${kind}/${id}`)?.object
  }

  /** By `kind/id`. */
  at(key: string): Observed | undefined {
    return this.#entries.get(key)?.object
  }

  *all(): Iterable<Observed> {
    for (const entry of this.#entries.values()) yield entry.object
  }

  /** Of several with one identity the ready one with the smallest id, so that everybody means the same. */
  find(to: Identity): Observed | undefined {
    let found: Observed | undefined
    for (const object of this.#of(this.#byIdentity.get(refKey(to)))) {
      const better = found === undefined || (found.state === 'failed' && object.state !== 'failed')
      if (better || (found?.state === object.state && object.id < found.id)) found = object
    }
    return found
  }

  inStack = (stack: string): readonly Observed[] => this.#of(this.#byStack.get(stack))
  ofOwner = (uid: string): readonly Observed[] => this.#of(this.#byOwner.get(uid))
  referrers = (id: string): readonly Observed[] => this.#of(this.#byRef.get(id))

  put(object: Observed): void {
    const key = objectKey(object)
    const old = this.#entries.get(key)
    const entry = { object, owners: ownersOf(object), refs: this.#refsOf(object) }
    this.#entries.set(key, entry)
    if (old?.object !== undefined && refKey(old.object) !== refKey(object))
      this.#unlinkIdentity(key, old.object)
    this.#byIdentity.add(refKey(object), key)
    this.#byStack.add(object.stack, key)
    for (const uid of old?.owners ?? []) if (!entry.owners.has(uid)) this.#byOwner.remove(uid, key)
    for (const uid of entry.owners) if (old?.owners.has(uid) !== true) this.#byOwner.add(uid, key)
    for (const id of old?.refs ?? []) this.#byRef.remove(id, key)
    for (const id of entry.refs) this.#byRef.add(id, key)
  }

  remove(object: Observed): void {
    const key = objectKey(object)
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#unlinkIdentity(key, entry.object)
    for (const uid of entry.owners) this.#byOwner.remove(uid, key)
    for (const id of entry.refs) this.#byRef.remove(id, key)
  }

  #unlinkIdentity(key: string, object: Observed): void {
    this.#byIdentity.remove(refKey(object), key)
    this.#byStack.remove(object.stack, key)
  }

  #refsOf(object: Observed): readonly string[] {
    const form = this.#form(object)
    return form === undefined ? [] : idsReferredTo(object, form)
  }

  #of(keys: Iterable<string>): readonly Observed[] {
    const found: Observed[] = []
    for (const key of keys) {
      const entry = this.#entries.get(key)
      if (entry !== undefined) found.push(entry.object)
    }
    return found
  }
}

function ownersOf(object: Observed): ReadonlySet<string> {
  const owners = new Set(object.owners.map((owner) => owner.uid))
  for (const part of Object.values(object.parts ?? {})) {
    if (part.foreign !== true) for (const owner of part.owners) owners.add(owner.uid)
  }
  return owners
}
