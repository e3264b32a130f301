/** Between two announcements, so that nobody is talked over. In milliseconds. */
const quietMs = 3_000

/** Says the latest to whoever cannot see it, politely: what comes while it is quiet is said as one sentence. */
export class Announcer {
  readonly #region: HTMLElement
  #waiting: string[] = []
  #timer: number | undefined

  constructor(region: HTMLElement) {
    this.#region = region
  }

  say(text: string): void {
    this.#waiting.push(text)
    if (this.#timer !== undefined) return
    this.#tell()
    this.#timer = window.setTimeout(() => this.#next(), quietMs)
  }

  #next(): void {
    this.#timer = undefined
    if (this.#waiting.length === 0) return
    this.#tell()
    this.#timer = window.setTimeout(() => this.#next(), quietMs)
  }

  #tell(): void {
    const [first = ''] = this.#waiting
    const more = this.#waiting.length - 1
    this.#region.textContent = more === 0 ? first : `${first}, and ${more} more changes`
    this.#waiting = []
  }
}
