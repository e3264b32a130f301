/** One line of a container's output. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly at: number
  /** With its line end, unless it is the last and has none yet. */
  readonly bytes: Buffer
}

/** Longer lines are cut into several, as a container runtime does. */
const longestLine = 16_384
const newline = 0x0a

/** The newest lines of one run of a container; what is older goes when there is no room. */
export class LogRing {
  readonly #mostBytes: number
  readonly #listeners = new Set<(line: LogLine) => void>()
  #lines: LogLine[] = []
  #first = 0
  #bytes = 0
  #open: Buffer = Buffer.alloc(0)
  #openSince = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  write(chunk: Buffer, now: number): void {
    let rest = this.#open.length === 0 ? chunk : Buffer.concat([this.#open, chunk])
    let since = this.#open.length === 0 ? now : this.#openSince
    for (
      let end = rest.indexOf(newline);
      end >= 0 || rest.length >= longestLine;
      end = rest.indexOf(newline)
    ) {
      const length = end < 0 || end >= longestLine ? longestLine : end + 1
      // A copy: the chunk may be a small part of a large buffer.
      this.#push({ at: since, bytes: Buffer.from(rest.subarray(0, length)) })
      rest = rest.subarray(length)
      since = now
    }
    this.#open = Buffer.from(rest)
    this.#openSince = since
  }

  /** What stands without a line end becomes a line: the container has ended. */
  close(): void {
    if (this.#open.length > 0) this.#push({ at: this.#openSince, bytes: this.#open })
    this.#open = Buffer.alloc(0)
  }

  /** All there is, with the last line as far as it has come. */
  lines(): readonly LogLine[] {
    const open = this.#open.length === 0 ? [] : [{ at: this.#openSince, bytes: this.#open }]
    return [...this.complete(), ...open]
  }

  complete(): readonly LogLine[] {
    return this.#lines.slice(this.#first)
  }

  /** Calls back with each line from now on that is complete; the answer stops it. */
  follow(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #push(line: LogLine): void {
    this.#lines.push(line)
    this.#bytes += line.bytes.length
    while (this.#bytes > this.#mostBytes && this.#first < this.#lines.length - 1) {
      this.#bytes -= this.#lines[this.#first]?.bytes.length ?? 0
      this.#first++
    }
    if (this.#first > 1024 && this.#first * 2 > this.#lines.length) {
      this.#lines = this.#lines.slice(this.#first)
      this.#first = 0
    }
    for (const listener of this.#listeners) listener(line)
  }
}
