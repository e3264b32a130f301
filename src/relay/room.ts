import type { Room } from './listening.ts'

/** Room for a fixed number. */
export class CountedRoom implements Room {
  readonly #most: number
  #inside = 0

  constructor(most: number) {
    this.#most = most
  }

  get inside(): number {
    return this.#inside
  }

  enter(): boolean {
    if (this.#inside >= this.#most) return false
    this.#inside++
    return true
  }

  leave(): void {
    this.#inside--
  }
}
