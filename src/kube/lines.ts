/** Cuts a stream of bytes into lines, whatever pieces it arrives in: a piece may end inside a character. */
export class Lines {
  readonly #decoder = new TextDecoder()
  #rest = ''

  /** The lines that this piece completes, without blank ones. What follows the last line end waits for more. */
  push(piece: Uint8Array): readonly string[] {
    const text = this.#decoder.decode(piece, { stream: true })
    if (!text.includes('\n')) {
      this.#rest += text
      return []
    }
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop()!
    return lines.filter((line) => line.trim() !== '')
  }
}
