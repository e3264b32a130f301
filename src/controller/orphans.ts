import type { Inventory } from '../engine/inventory.ts'
import type { Owners } from '../engine/owners.ts'
import type { Log } from '../observe/log.ts'
import type { Observed, Owner } from '../plan/resource.ts'

/** What bears our marks for an owner that nobody has seen. */
export interface Orphan {
  readonly owner: Owner
  readonly object: Observed
  /** Of an object that is not this owner's alone, the parts that are. */
  readonly parts?: readonly string[]
}

/** Everything that is an unknown owner's: whole objects, and parts of those of others. What lives within goes unnamed. */
export function orphansIn(
  inventory: Pick<Inventory, 'all'>,
  owners: Pick<Owners, 'state'>,
  namespace?: string,
): readonly Orphan[] {
  // A Service that is not watched is unknown too, and lives all the same.
  const lost = (owner: Owner): boolean =>
    isService(owner) &&
    ['unknown', 'orphan'].includes(owners.state(owner)) &&
    (namespace === undefined || owner.name.startsWith(`${namespace}/`))
  const found: Orphan[] = []
  for (const object of inventory.all()) {
    const [whole] = object.body === 'foreign' ? [] : object.owners.filter(lost)
    if (whole !== undefined) {
      if (object.within === undefined) found.push({ owner: whole, object })
      continue
    }
    const byOwner = new Map<string, { owner: Owner; parts: string[] }>()
    for (const [key, part] of Object.entries(object.parts ?? {}))
      for (const owner of part.owners.filter(lost)) {
        const entry = byOwner.get(owner.uid) ?? { owner, parts: [] }
        entry.parts.push(key)
        byOwner.set(owner.uid, entry)
      }
    for (const { owner, parts } of byOwner.values()) found.push({ owner, object, parts })
  }
  return found
}

/** What several Services share has an owner that is none: its uid is a path. */
const isService = ({ uid }: Owner): boolean => !uid.includes('/')

interface SweepSettings {
  /** How long an owner must be unknown before its objects go, ms; undefined: they stay. */
  readonly graceMs: number | undefined
  readonly namespace: string | undefined
}

/** Objects whose Service nobody has seen, during one term: told once each, and removed after a grace where that is set. */
export class Orphans {
  readonly #log: Log
  readonly #settings: SweepSettings
  readonly #told = new Set<string>()
  /** uid -> clock ms at which complete lists first showed something of it */
  readonly #since = new Map<string, number>()

  constructor(log: Log, settings: SweepSettings) {
    this.#log = log
    this.#settings = settings
  }

  /** Looks after complete lists; answers with the stacks of owners whose objects are to go from now on. */
  look(inventory: Inventory, owners: Owners, now: number): ReadonlySet<string> {
    const { graceMs, namespace } = this.#settings
    const found = orphansIn(inventory, owners, namespace)
    const uids = new Set(found.map(({ owner }) => owner.uid))
    for (const uid of this.#since.keys()) if (!uids.has(uid)) this.#since.delete(uid)
    const stacks = new Set<string>()
    for (const orphan of found) {
      this.#tell(orphan)
      const { uid } = orphan.owner
      const since = this.#since.get(uid) ?? now
      this.#since.set(uid, since)
      if (graceMs === undefined || now < since + graceMs) continue
      owners.abandon(uid)
      stacks.add(orphan.object.stack)
    }
    return stacks
  }

  #tell({ owner, object, parts }: Orphan): void {
    const { kind, id } = object
    const key = `${id} ${owner.uid}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#log.warn('an object of ours has no Service', {
      kind,
      id,
      service: owner.name,
      uid: owner.uid,
      ...(parts === undefined ? {} : { parts: parts.length }),
    })
  }
}
