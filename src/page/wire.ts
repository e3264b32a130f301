/** What the page's server tells the page, as JSON. Imports types alone, and none that need Node: the page reads them too. */
import type { PastEvent, PastStep } from './past.ts'
import type { TrafficPath } from './traffic-path.ts'

/**
 * ready: reachable as asked. pending: on its way there. problem: somebody must act. leaving: being deleted.
 * inner: it asks for no load balancer.
 */
export type ServiceState = 'ready' | 'pending' | 'problem' | 'leaving' | 'inner'

/** `key` is `NAMESPACE/NAME`. */
export type ToldEvent = { readonly key: string } & PastEvent

/** Of the events of all Services. */
export const mostTold = 60

/** One line of the list. */
export interface Row {
  /** `NAMESPACE/NAME`. */
  readonly key: string
  readonly type: string
  readonly state: ServiceState
  /** Where clients reach it, the first one; empty: nowhere yet. */
  readonly address: string
  /** `80 443/UDP`. */
  readonly ports: string
  /** Why it is as it is, where somebody says so. */
  readonly note: string
}

export interface ListAnswer {
  readonly about: readonly (readonly [name: string, value: string])[]
  /** What keeps the list from being the truth. */
  readonly lack?: string
  readonly rows: readonly Row[]
  /** The last events of all Services, the newest first, `mostTold` at most. */
  readonly told: readonly ToldEvent[]
  /** News after this are not in it. */
  readonly position: string
}

export interface Detail {
  readonly row: Row
  /** All times are by the clock of the server, in ms since the epoch; `beat` tells it. */
  readonly created?: number
  readonly addresses: readonly string[]
  readonly clusterAddresses: readonly string[]
  readonly ports: readonly PortLine[]
  /** externalTrafficPolicy: Local keeps traffic on the node that it came to. */
  readonly policy: 'Cluster' | 'Local'
  readonly conditions: readonly ConditionLine[]
  /** Undefined: what is planned is not known here. */
  readonly plan?: PlanLines
  readonly past: readonly PastStep[]
  readonly events: readonly PastEvent[]
  /** Undefined: not known here, or not in time. */
  readonly path?: TrafficPath
}

export interface PortLine {
  readonly name: string
  readonly protocol: string
  readonly port: number
  readonly target: string
  readonly nodePort?: number
}

export interface ConditionLine {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly since?: number
}

export interface PlanLines {
  readonly provider: string
  readonly converged: boolean
  readonly steps: readonly StepLine[]
  readonly problems: readonly ProblemLine[]
  readonly failure?: string
  readonly objects: readonly { readonly title: string; readonly id: string; readonly state: string }[]
  /** When it is looked at again by itself, to the second. */
  readonly nextAt?: number
}

export interface StepLine {
  readonly action: PastStep['action']
  readonly title: string
  readonly why: string
  /** What it waits for. */
  readonly hold?: string
  readonly outage?: string
}

export interface ProblemLine {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'note'
  readonly path: string
  readonly message: string
  readonly accepted?: string
  readonly hint?: string
}

/** Server-sent events by their name. */
export interface NewsTypes {
  /** The newest line of each Service that changed, and keys of those that are gone. */
  readonly rows: { readonly rows: readonly Row[]; readonly gone: readonly string[] }
  readonly told: readonly ToldEvent[]
  readonly traffic: { readonly keys: readonly string[] }
  /** What happened meanwhile is not known any more: read the list again. */
  readonly reset: { readonly position: string }
  /** Comes first, and then every `beatMs`, with what keeps the list from being the truth. */
  readonly beat: { readonly now: number; readonly lack?: string }
}

export type News = {
  readonly [T in keyof NewsTypes]: { readonly type: T; readonly data: NewsTypes[T] }
}[keyof NewsTypes]

export const beatMs = 10_000
