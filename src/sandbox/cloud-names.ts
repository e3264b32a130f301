import { namesPath } from './aws-paths.ts'
import { askControl } from './control.ts'

/** Names of load balancers, in lower case, and their addresses. */
type Known = Readonly<Record<string, readonly string[]>>

/** What was asked this long ago is not asked again. */
const freshMs = 100
/** Nobody waits longer: what was known last is told then. */
const patienceMs = 500

/** The names that a cloud gave its load balancers, asked of the cloud whenever somebody asks for one. */
export class CloudNames {
  readonly #ask: () => Promise<Known>
  readonly #now: () => number
  #known: Known = {}
  #askedAt = Number.NEGATIVE_INFINITY
  #asking: Promise<void> | undefined

  /** `now` in milliseconds. */
  constructor(ask: () => Promise<Known>, now: () => number) {
    this.#ask = ask
    this.#now = now
  }

  /** In lower case or not. Of a name that is nobody's: undefined. */
  of(name: string): readonly string[] | undefined {
    const lower = name.toLowerCase()
    return Object.hasOwn(this.#known, lower) ? this.#known[lower] : undefined
  }

  all(): Known {
    return this.#known
  }

  /** Resolves when what is told is no older than the call, or almost. Never rejects. */
  refresh(): Promise<void> {
    if (this.#asking !== undefined) return this.#asking
    if (this.#now() - this.#askedAt < freshMs) return Promise.resolve()
    this.#asking = this.#ask()
      .then((known) => void (this.#known = known))
      .catch(() => {})
      .finally(() => {
        this.#askedAt = this.#now()
        this.#asking = undefined
      })
    return this.#asking
  }
}

export const namesFrom = (socket: string, now: () => number): CloudNames =>
  new CloudNames(() => askControl<Known>(socket, `GET ${namesPath}`, undefined, patienceMs), now)
