/** What can be made to go wrong in a sandbox. */
export const mischiefNames = [
  'kill-pod',
  'stop-node',
  'slow-node',
  'partition-api',
  'restart-controller',
  'restart-cloud',
] as const

export type MischiefName = (typeof mischiefNames)[number]

export interface MischiefRow {
  readonly what: string
  /** What its argument names. Absent: it takes none. */
  readonly target?: 'pod' | 'node'
  /** Goes on until `--undo`; the others heal by themselves. */
  readonly lasts: boolean
}

export const mischiefs: Readonly<Record<MischiefName, MischiefRow>> = {
  'kill-pod': {
    what: 'SIGKILL for all that runs in a pod; it is started again',
    target: 'pod',
    lasts: false,
  },
  'stop-node': {
    what: 'a node goes: its address, its pods and its proxy; the cluster hears no more of it',
    target: 'node',
    lasts: true,
  },
  'slow-node': {
    what: 'a node takes its time with each new connection: --ms says how long',
    target: 'node',
    lasts: true,
  },
  'partition-api': { what: 'nobody reaches the API server, kubectl neither', lasts: true },
  'restart-controller': {
    what: 'the controller is cut off, forgets all it knew, and begins anew',
    lasts: false,
  },
  'restart-cloud': {
    what: 'SIGKILL for the balancer, which is started again from what it wrote down',
    lasts: false,
  },
}

/** What there is to break, a line each. */
export const mischiefLines = (): readonly string[] =>
  mischiefNames.map((name) => {
    const { what, target, lasts } = mischiefs[name]
    const named = target === undefined ? name : `${name} [${target.toUpperCase()}]`
    return `${named.padEnd(20)}${what}${lasts ? ', until --undo' : ''}`
  })

export interface MischiefWish {
  readonly name: MischiefName
  /** Absent: the first that is of use. A pod may be named with its namespace in front: `shop/web-1`. */
  readonly target?: string
  /** Of slow-node. */
  readonly ms?: number
  readonly undo: boolean
}

/** What was done. */
export interface Done {
  /** In a sentence. */
  readonly did: string
  /** When it began, in milliseconds since 1970: of kill-pod the moment of the signal. */
  readonly at: number
}

/** What is broken now. */
export interface Broken {
  /** As it is told to be mended: `stop-node node-1`. */
  readonly what: string
  /** In a sentence. */
  readonly how: string
  /** Milliseconds since 1970. */
  readonly since: number
}
