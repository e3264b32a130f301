/** client -> listeners -> nodes -> pods. */
export interface TrafficPath {
  readonly listeners: readonly PathListener[]
  /** Empty: traffic goes to the pods without a node between. */
  readonly nodes: readonly PathNode[]
  /** Undefined: nobody here knows them. */
  readonly pods: readonly PathPod[] | undefined
}

export interface PathListener {
  readonly address: string
  readonly port: number
  readonly protocol: string
  /** Of the nodes. */
  readonly nodePort?: number
  /** What keeps it from being served. */
  readonly failure?: string
  /** Where it listens, when that is not its address and port. */
  readonly reachedAt?: string
  /** Since it began. Absent where nobody counts. */
  readonly counters?: {
    readonly open: number
    readonly accepted: number
    readonly shed: number
    readonly bytesIn: number
    readonly bytesOut: number
  }
}

export interface PathNode {
  readonly name: string
  readonly address: string
  /** Undefined: nobody checks. */
  readonly healthy: boolean | undefined
  /** Why it is healthy or not, for people. */
  readonly reason?: string
}

export interface PathPod {
  readonly name: string
  readonly node: string
  readonly address: string
  readonly ready: boolean
  /** In one word, as kubectl shows it: Running, CrashLoopBackOff, Terminating. */
  readonly status?: string
}
