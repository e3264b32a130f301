/** Whatever of a sandbox has been started and has to end. Never rejects. */
export interface Part {
  close(): Promise<void>
}

/** What was started, in order; it ends the other way round. */
export class Parts implements Part {
  readonly #parts: Part[] = []
  #closing: Promise<void> | undefined

  add<T extends Part>(part: T): T {
    this.#parts.push(part)
    return part
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const part of this.#parts.toReversed()) await part.close()
  }
}
