import type { Duplex, Readable, Writable } from 'node:stream'

/** What `kubectl logs`, `exec`, `attach` and `run -it` reach: whoever runs the pods, behind the API server. */
export interface PodRuntime {
  /** Lines of a container's output, oldest first. Throws `ApiFault`: 404 no such container, 400 not started yet. */
  logs(of: ContainerRef, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Runs a command beside the container's own. Resolves with its end; rejects with `ApiFault` when it cannot begin. */
  exec(of: ContainerRef, command: readonly string[], io: Terminal, signal: AbortSignal): Promise<Ended>
  /** Joins the container's own streams, until it ends or the other side goes. */
  attach(of: ContainerRef, io: Terminal, signal: AbortSignal): Promise<Ended>
  /** A connection to a port of the pod, as if from inside. */
  dial(of: PodRef, port: number, signal: AbortSignal): Promise<Duplex>
}

export interface PodRef {
  readonly namespace: string
  readonly name: string
}

export interface ContainerRef extends PodRef {
  /** Undefined: the first, or what `kubectl.kubernetes.io/default-container` names. */
  readonly container: string | undefined
}

export interface LogOptions {
  readonly follow: boolean
  /** Of the run before the last restart. */
  readonly previous: boolean
  readonly tailLines: number | undefined
  /** Milliseconds since 1970. */
  readonly since: number | undefined
  readonly timestamps: boolean
  readonly limitBytes: number | undefined
}

/** The other side of a terminal or a pipe. With `tty` all output goes to `stdout`. */
export interface Terminal {
  readonly tty: boolean
  readonly stdin: Readable | undefined
  readonly stdout: Writable | undefined
  readonly stderr: Writable | undefined
  /** Calls back whenever the other side's window has another size. */
  readonly onResize: (listener: (size: TerminalSize) => void) => void
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** 0 is success. A signal counts as 128 and its number. */
export interface Ended {
  readonly exitCode: number
  /** Why it could not go on, where no exit code says it. */
  readonly message?: string
}
