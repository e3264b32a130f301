/** What a command may touch of the process. Tests hand in their own and read what was written. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly stdin: AsyncIterable<Uint8Array | string>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly outIsTty: boolean | undefined
  readonly errIsTty: boolean | undefined
  readonly width?: number | undefined
  /** The file that Node was started with: a worker is started with it too. */
  readonly script?: string
  /** From the first call on, SIGTERM and SIGINT, and those named, abort this instead of ending the process. */
  readonly stopSignal: (more?: readonly NodeJS.Signals[]) => AbortSignal
}
