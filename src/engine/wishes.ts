import type { Claimed, LostPorts } from '../plan/lost-ports.ts'
import type { Contribution } from '../plan/merge.ts'
import { equal } from '../lib/json.ts'
import { refKey, type Identity, type Owner, type Resource } from '../plan/resource.ts'

/** What else is known of a wish. */
export interface Asked {
  /** What is left of it without some ports: another Service may hold them. */
  readonly without?: (ports: LostPorts) => readonly Resource[]
  /** Stacks of groups in which it takes part, or took part: what is common there goes no later than its last member. */
  readonly joins?: readonly string[]
  /** What it wanted in such stacks and wants no more: settings that only it named return to their defaults. */
  readonly released?: readonly Resource[]
}

interface Wish extends Asked {
  readonly owner: Owner
  readonly created: string
  readonly asked: readonly Resource[]
  /** By stack: what others hold there. */
  readonly lost: ReadonlyMap<string, LostPorts>
  /** What is left of `asked` by stack, and what is released there. */
  readonly stacks: ReadonlyMap<string, Contribution>
  readonly resources: readonly Resource[]
  /** Stacks of `asked`: where it has a claim, also if nothing is left of that. */
  readonly claims: ReadonlySet<string>
  /** Where one that wants nothing any more wanted something: a call for it may still be under way there. */
  readonly former: ReadonlySet<string>
}

const nothingLost: Wish['lost'] = new Map()
const nowhere: ReadonlySet<string> = new Set()

/** What every Service wants at this moment, by stack. */
export class Wishes {
  readonly #byOwner = new Map<string, Wish>()
  readonly #byStack = new Map<string, Map<string, Wish>>()
  /** stack -> a number that is another one after every change of its wishes */
  readonly #versions = new Map<string, number>()
  #version = 0
  /** refKey -> how many want it */
  readonly #wanted = new Map<string, number>()
  /** refKey of an object that others share -> keys of the parts that were ever wanted there */
  readonly #joint = new Map<string, Set<string>>()

  /** Replaces what an owner wants; answers with the stacks whose wishes changed hands. */
  set(owner: Owner, created: string, asked: readonly Resource[], more: Asked = {}): ReadonlySet<string> {
    const before = this.#byOwner.get(owner.uid)
    const claims = new Set(asked.map(({ stack }) => stack))
    const held = [...(before?.lost ?? nothingLost)].filter(([stack]) => claims.has(stack))
    const wish = withLost(
      {
        ...(asked.length > 0 || before === undefined ? more : leaving(before, more)),
        owner,
        created,
        asked,
        claims,
        former: new Set(asked.length === 0 ? this.stacksOf(owner.uid) : []),
      },
      held.length === 0 ? nothingLost : new Map(held),
    )
    return this.#replace(wish)
  }

  /** What is wanted for it: what it asked for without the ports that others hold. */
  of(uid: string): readonly Resource[] | undefined {
    return this.#byOwner.get(uid)?.resources
  }

  asked(uid: string): readonly Resource[] | undefined {
    return this.#byOwner.get(uid)?.asked
  }

  released(uid: string): readonly Resource[] {
    return this.#byOwner.get(uid)?.released ?? []
  }

  /** Stacks of groups in which it had something and wants nothing any more. */
  leftBy(uid: string): readonly string[] {
    const wish = this.#byOwner.get(uid)
    return wish?.joins?.filter((stack) => !wish.claims.has(stack)) ?? []
  }

  /** Everybody's claims on a stack: without what was lost elsewhere, with what was lost here, for that is to be judged. */
  claimsIn(stack: string): readonly Claimed[] {
    return [...(this.#byStack.get(stack)?.values() ?? [])].map((wish) => claimOn(stack, wish))
  }

  /** Enters who lost which ports in a stack; answers with the stacks in which something else is wanted now. */
  settle(stack: string, lost: ReadonlyMap<string, LostPorts>): ReadonlySet<string> {
    const changed: Wish[] = []
    for (const wish of this.#byStack.get(stack)?.values() ?? []) {
      const now = lost.get(wish.owner.uid)
      const before = wish.lost.get(stack)
      if (now === before || (now !== undefined && before !== undefined && samePorts(now, before))) continue
      const all = new Map(wish.lost)
      if (now === undefined) all.delete(stack)
      else all.set(stack, now)
      changed.push(withLost(wish, all))
    }
    return new Set(changed.flatMap((wish) => [...this.#replace(wish)]))
  }

  /** Undefined while nobody wants anything there. */
  versionOf(stack: string): number | undefined {
    return this.#versions.get(stack)
  }

  stacksOf(uid: string): readonly string[] {
    const wish = this.#byOwner.get(uid)
    return wish === undefined ? [] : [...new Set([...placesOf(wish), ...wish.former, ...(wish.joins ?? [])])]
  }

  /** Nothing is under way for this owner any more. */
  forget(uid: string): void {
    this.#drop(uid)
  }

  wanted(to: Identity): boolean {
    return this.#wanted.has(refKey(to))
  }

  /** What all Services share is united anew when one of them wants something else there, not at each of its edits. */
  #replace(wish: Wish): ReadonlySet<string> {
    const before = this.#byOwner.get(wish.owner.uid)
    const places = placesOf(wish)
    const same = new Set(before === undefined ? [] : [...places].filter((at) => sameAt(at, before, wish)))
    const touched = new Set(this.#drop(wish.owner.uid, same))
    this.#byOwner.set(wish.owner.uid, wish)
    for (const stack of places) {
      if (same.has(stack)) {
        this.#byStack.get(stack)?.set(wish.owner.uid, wish)
        continue
      }
      touched.add(stack)
      const wishes = this.#byStack.get(stack) ?? new Map<string, Wish>()
      wishes.set(wish.owner.uid, wish)
      this.#byStack.set(stack, wishes)
      this.#versions.set(stack, ++this.#version)
    }
    for (const resource of wish.resources) {
      if (resource.joint === true) this.#remember(resource)
      const key = refKey(resource)
      this.#wanted.set(key, (this.#wanted.get(key) ?? 0) + 1)
    }
    for (const resource of before?.resources ?? [])
      if (resource.joint === true && !this.wanted(resource)) this.#joint.delete(refKey(resource))
    return touched
  }

  wasWanted(object: Identity, part: string): boolean {
    return this.#joint.size > 0 && this.#joint.get(refKey(object))?.has(part) === true
  }

  #remember(resource: Resource): void {
    const parts = this.#joint.get(refKey(resource)) ?? new Set<string>()
    for (const key of Object.keys(resource.parts ?? {})) parts.add(key)
    this.#joint.set(refKey(resource), parts)
  }

  #drop(uid: string, besides: ReadonlySet<string> = nowhere): Iterable<string> {
    const wish = this.#byOwner.get(uid)
    if (wish === undefined) return []
    this.#byOwner.delete(uid)
    const places = [...placesOf(wish)].filter((stack) => !besides.has(stack))
    for (const stack of places) {
      const wishes = this.#byStack.get(stack)
      wishes?.delete(uid)
      this.#versions.set(stack, ++this.#version)
      if (wishes?.size !== 0) continue
      this.#byStack.delete(stack)
      this.#versions.delete(stack)
    }
    for (const resource of wish.resources) {
      const key = refKey(resource)
      const count = (this.#wanted.get(key) ?? 1) - 1
      if (count === 0) this.#wanted.delete(key)
      else this.#wanted.set(key, count)
    }
    return places
  }
}

/** One that wants nothing any more is done with its groups when they are done with it. */
function leaving({ asked, joins = [], released = [] }: Wish, more: Asked): Asked {
  const all = new Set([...joins, ...(more.joins ?? [])])
  const gone = [...asked.filter(({ stack }) => all.has(stack)), ...released, ...(more.released ?? [])]
  return {
    joins: [...all],
    released: [...new Map(gone.map((resource) => [refKey(resource), resource])).values()],
  }
}

/** Where a wish says something. */
const placesOf = ({ stacks, claims }: Wish): ReadonlySet<string> => new Set([...stacks.keys(), ...claims])

/** Whether two wishes of one owner come to the same in a stack. Those that others may hold ports of are not compared. */
function sameAt(stack: string, a: Wish, b: Wish): boolean {
  const whole = (wish: Wish) =>
    wish.without === undefined && wish.lost.size === 0 && wish.claims.has(stack) && wish.stacks.has(stack)
  return whole(a) && whole(b) && equal(a.stacks.get(stack), b.stacks.get(stack))
}

const samePorts = (a: LostPorts, b: LostPorts): boolean =>
  a.size === b.size && [...a].every((port) => b.has(port))

const portsIn = (lost: Wish['lost'], besides?: string): LostPorts =>
  new Set([...lost].flatMap(([stack, ports]) => (stack === besides ? [] : [...ports])))

/** What is left without these ports. Who cannot tell is left with everything. */
const left = ({ asked, without }: Pick<Wish, 'asked' | 'without'>, ports: LostPorts): readonly Resource[] =>
  ports.size === 0 ? asked : (without?.(ports) ?? asked)

function withLost(wish: Omit<Wish, 'lost' | 'resources' | 'stacks'>, lost: Wish['lost']): Wish {
  const { owner, created, released = [] } = wish
  const resources = left(wish, portsIn(lost))
  const stacks = new Map<string, Contribution>()
  for (const [stack, own] of Map.groupBy(resources, (resource) => resource.stack))
    stacks.set(stack, { owner, created, resources: own })
  for (const [stack, gone] of Map.groupBy(released, (resource) => resource.stack))
    stacks.set(stack, { ...(stacks.get(stack) ?? { owner, created, resources: [] }), released: gone })
  return { ...wish, lost, resources, stacks }
}

function claimOn(stack: string, wish: Wish): Claimed {
  const { owner, created, lost, stacks } = wish
  const standing = stacks.get(stack) ?? { owner, created, resources: [] }
  const elsewhere = portsIn(lost, stack)
  const here = (ports: LostPorts): Contribution => ({
    ...standing,
    resources: left(wish, new Set([...elsewhere, ...ports])).filter((resource) => resource.stack === stack),
  })
  return {
    contribution: lost.has(stack) ? here(new Set()) : standing,
    without(ports) {
      const rest = here(ports)
      return rest.resources.length === 0 && rest.released === undefined ? undefined : rest
    },
  }
}
