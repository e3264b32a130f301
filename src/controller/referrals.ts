/** Who sends to which other Services, so that a change of one wakes them. Services by `namespace/name`. */
export class Referrals {
  readonly #of = new Map<string, Set<string>>()
  readonly #users = new Map<string, Set<string>>()

  /** The Service of this uid refers to one more. */
  add(uid: string, service: string): void {
    const of = this.#of.get(uid)
    if (of === undefined) this.#of.set(uid, new Set([service]))
    else of.add(service)
    const users = this.#users.get(service)
    if (users === undefined) this.#users.set(service, new Set([uid]))
    else users.add(uid)
  }

  /** It refers to these, of those that were added, and to no others. */
  keep(uid: string, services: readonly string[]): void {
    const of = this.#of.get(uid)
    for (const service of of ?? []) {
      if (services.includes(service)) continue
      of?.delete(service)
      const users = this.#users.get(service)
      users?.delete(uid)
      if (users?.size === 0) this.#users.delete(service)
    }
    if (of?.size === 0) this.#of.delete(uid)
  }

  /** Uids of those who refer to it. */
  usersOf(service: string): Iterable<string> {
    return this.#users.get(service) ?? []
  }
}
