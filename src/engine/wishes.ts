import { refKey, type Identity, type Owner, type Resource } from '../plan/resource.ts'
import type { Contribution } from '../plan/merge.ts'

interface Wish extends Contribution {
  readonly stacks: ReadonlyMap<string, readonly Resource[]>
  /** Where one that wants nothing any more wanted something: a call for it may still be under way there. */
  readonly former: ReadonlySet<string>
}

/** What every Service wants at this moment, by stack. */
export class Wishes {
  readonly #byOwner = new Map<string, Wish>()
  readonly #byStack = new Map<string, Map<string, Contribution>>()
  /** stack -> a number that is another one after every change of its wishes */
  readonly #versions = new Map<string, number>()
  #version = 0
  /** refKey -> how many want it */
  readonly #wanted = new Map<string, number>()

  /** Replaces what an owner wants; answers with the stacks whose wishes changed hands. */
  set(owner: Owner, created: string, resources: readonly Resource[]): ReadonlySet<string> {
    const former = new Set(this.stacksOf(owner.uid))
    const touched = new Set(this.#drop(owner.uid))
    const stacks = Map.groupBy(resources, (resource) => resource.stack)
    const wish = { owner, created, resources, stacks }
    this.#byOwner.set(owner.uid, { ...wish, former: resources.length === 0 ? former : new Set() })
    for (const [stack, own] of stacks) {
      touched.add(stack)
      const contributions = this.#byStack.get(stack) ?? new Map<string, Contribution>()
      contributions.set(owner.uid, { owner, created, resources: own })
      this.#byStack.set(stack, contributions)
      this.#versions.set(stack, ++this.#version)
    }
    for (const resource of resources) {
      const key = refKey(resource)
      this.#wanted.set(key, (this.#wanted.get(key) ?? 0) + 1)
    }
    return touched
  }

  of(uid: string): readonly Resource[] | undefined {
    return this.#byOwner.get(uid)?.resources
  }

  inStack(stack: string): Iterable<Contribution> {
    return this.#byStack.get(stack)?.values() ?? []
  }

  /** Undefined while nobody wants anything there. */
  versionOf(stack: string): number | undefined {
    return this.#versions.get(stack)
  }

  stacksOf(uid: string): readonly string[] {
    const wish = this.#byOwner.get(uid)
    return wish === undefined ? [] : [...wish.stacks.keys(), ...wish.former]
  }

  /** Nothing is under way for this owner any more. */
  forget(uid: string): void {
    this.#drop(uid)
  }

  wanted(to: Identity): boolean {
    return this.#wanted.has(refKey(to))
  }

  #drop(uid: string): Iterable<string> {
    const wish = this.#byOwner.get(uid)
    if (wish === undefined) return []
    this.#byOwner.delete(uid)
    for (const stack of wish.stacks.keys()) {
      const contributions = this.#byStack.get(stack)
      contributions?.delete(uid)
      this.#versions.set(stack, ++this.#version)
      if (contributions?.size !== 0) continue
      this.#byStack.delete(stack)
      this.#versions.delete(stack)
    }
    for (const resource of wish.resources) {
      const key = refKey(resource)
      const count = (this.#wanted.get(key) ?? 1) - 1
      if (count === 0) this.#wanted.delete(key)
      else this.#wanted.set(key, count)
    }
    return wish.stacks.keys()
  }
}
