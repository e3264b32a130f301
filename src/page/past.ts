/** What was done for a Service and told of it, the newest first. */
export interface Past {
  readonly steps: readonly PastStep[]
  readonly events: readonly PastEvent[]
}

/** A step that was carried out, or tried. */
export interface PastStep {
  /** When it ended, in milliseconds since the epoch. */
  readonly at: number
  readonly ms: number
  readonly action: 'create' | 'update' | 'repair' | 'delete'
  readonly kind: string
  readonly key: string
  readonly why: string
  /** `done`, or what came instead. */
  readonly outcome: string
}

export interface PastEvent {
  readonly at: number
  readonly reason: string
  readonly message: string
  readonly severity: 'Normal' | 'Warning'
}
