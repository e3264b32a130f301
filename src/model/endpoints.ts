/** One address behind a port of a Service, trimmed from an EndpointSlice. */
export interface Endpoint {
  readonly address: string
  readonly port: number
  /** Of the Service's port. */
  readonly portName: string
  readonly node?: string
  readonly zone?: string
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  /** `namespace/name` of the pod. */
  readonly pod?: string
}

/** All endpoints of one Service, in a stable order. */
export type Endpoints = readonly Endpoint[]
