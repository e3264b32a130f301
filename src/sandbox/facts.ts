import type { Broken } from './chaos/mischief.ts'
import type { Layout } from './layout.ts'

/** What runs where: said at the start, and by `status`. */
export interface SandboxFacts {
  readonly name: string
  readonly pid: number
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly provider: string
  readonly layout: Layout
  readonly server: string
  readonly kubeconfig: string
  readonly log: string
  readonly folder: string
  /** Where the page is, where there is one. */
  readonly page?: string
  readonly dns?: string
  /** Whether pods find volumes at their paths, or only commands do, and why. */
  readonly volumes?: 'mounted' | { readonly mapped: string }
  /** What the system lacks, and how to mend it. */
  readonly advice: readonly string[]
  /** Where the first address that is given out is reached, at port 80. */
  readonly firstAddress: { readonly address: string; readonly port: number }
  /** What is not where it is said to be, a line each. */
  readonly moved?: readonly string[]
}

/** How it is now. */
export interface SandboxState extends SandboxFacts {
  readonly nodes: readonly NodeState[]
  readonly pods: { readonly running: number; readonly all: number }
  readonly services: readonly ServiceState[]
  /** Parts that do not do their work now, in a sentence each. */
  readonly lacks: readonly string[]
  /** What was broken on purpose, and not mended yet. */
  readonly broken: readonly Broken[]
}

export interface NodeState {
  readonly name: string
  readonly address: string
  readonly podRange: string
  /** As kubectl says it. */
  readonly status: string
}

/** A Service of type LoadBalancer. */
export interface ServiceState {
  readonly namespace: string
  readonly name: string
  readonly addresses: readonly string[]
  readonly ports: readonly string[]
  readonly ready: boolean
  /** Where its names lead to, which only the sandbox's DNS server knows. */
  readonly reached?: readonly {
    readonly name: string
    readonly port: number
    readonly at: { readonly address: string; readonly port: number }
  }[]
  /** Why not, where it is not. */
  readonly message?: string
}
