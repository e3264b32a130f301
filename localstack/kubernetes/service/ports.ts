import type { ServiceSpec } from '../../../src/model/objects.ts'
import { invalidValue } from '../cause.ts'
import { internalError, invalid } from '../fault.ts'
import { resources } from '../resource.ts'
import { needsHealthPort, needsNodePort, nodePortsOf, type SpecDraft } from './shape.ts'

export interface PortRange {
  readonly first: number
  readonly last: number
}

/** Numbers from a range, in turn, so that a number just given back is not the next to be given out. */
export interface PortPool {
  readonly range: PortRange
  readonly pick: (taken: ReadonlySet<number>) => number | undefined
}

export function portPool(range: PortRange): PortPool {
  const size = range.last - range.first + 1
  // As for addresses: the low band is left to those who choose for themselves.
  let next = size < 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 32)), 128)
  return {
    range,
    pick(taken) {
      for (let tried = 0; tried < size; tried++) {
        const offset = (next + tried) % size
        if (taken.has(range.first + offset)) continue
        next = offset + 1
        return range.first + offset
      }
      return undefined
    },
  }
}

/** Chooses node ports and the health-check port. `taken` holds the numbers of all other Services. */
export function choosePorts(
  name: string,
  spec: SpecDraft,
  before: ServiceSpec | undefined,
  pool: PortPool,
  taken: ReadonlySet<number>,
): void {
  const own = new Set<number>([...nodePortsOf(before ?? {}), before?.healthCheckNodePort ?? 0])
  const chosen = new Set<number>(nodePortsOf(spec))
  const complaint = (port: number) => {
    if (port < pool.range.first || port > pool.range.last)
      return `provided port is not in the valid range. The range of valid ports is ${pool.range.first}-${pool.range.last}`
    return taken.has(port) ? 'provided port is already allocated' : undefined
  }
  const next = () => {
    const port = pool.pick(new Set([...taken, ...chosen, ...own]))
    if (port !== undefined) chosen.add(port)
    return port
  }
  if (needsNodePort(spec)) {
    const allocates = spec.type !== 'LoadBalancer' || spec.allocateLoadBalancerNodePorts === true
    for (const [index, port] of (spec.ports ?? []).entries()) {
      // One number serves TCP and UDP of the same port when the user named it for either.
      const shared = spec.ports?.find((other) => other.port === port.port && other.nodePort)?.nodePort
      if (allocates && port.nodePort === undefined && shared !== undefined) port.nodePort = shared
      const why = port.nodePort === undefined ? undefined : complaint(port.nodePort)
      if (why !== undefined)
        throw invalid(resources.services, name, [
          invalidValue(`spec.ports[${index}].nodePort`, port.nodePort, why),
        ])
      if (port.nodePort === undefined && allocates) port.nodePort = next() ?? full('nodePort')
    }
  }
  if (!needsHealthPort(spec)) return
  if (!spec.healthCheckNodePort) spec.healthCheckNodePort = next() ?? full('HealthCheck NodePort 0')
  const port = spec.healthCheckNodePort
  const why = complaint(port)
  if (why !== undefined)
    throw internalError(`failed to allocate requested HealthCheck NodePort ${port}: ${why}`)
}

function full(what: string): never {
  throw internalError(`failed to allocate a ${what}: range is full`)
}
