import type { ServiceObject, ServiceSpec } from '../../../src/model/objects.ts'
import { addressPool } from './address-pool.ts'
import { chooseAddresses } from './addresses.ts'
import { prepareService } from './defaults.ts'
import { choosePorts, portPool, type PortRange } from './ports.ts'
import { checkService, checkServiceStatus } from './rules.ts'
import { nodePortsOf, specOf } from './shape.ts'
import type { Strategy } from '../strategy.ts'

export interface ServiceOptions {
  /** Service ranges in order of preference. Default: one of each family, IPv4 first. */
  readonly serviceCidrs?: readonly string[]
  readonly nodePorts?: PortRange
  /**
   * Whether a Service that stops being a LoadBalancer loses its load-balancer status at once, as in current releases.
   * Default false, as in older ones: there the controller has to clear it, which is the harder case.
   */
  readonly clearStatusOnTypeChange?: boolean
}

/** What the stored Services hold of one kind of number or address. */
function used<T>(values: (spec: ServiceSpec) => readonly T[]) {
  const taken = new Set<T>()
  return {
    taken,
    without: (spec: ServiceSpec | undefined) => {
      const own = new Set(spec === undefined ? [] : values(spec))
      return new Set([...taken].filter((value) => !own.has(value)))
    },
    settle(before: ServiceSpec | undefined, after: ServiceSpec | undefined) {
      for (const value of before === undefined ? [] : values(before)) taken.delete(value)
      for (const value of after === undefined ? [] : values(after)) taken.add(value)
    },
  }
}

/** One of each family, IPv4 first. */
export const defaultServiceCidrs: readonly string[] = ['10.96.0.0/16', 'fd00:10:96::/112']

export function serviceStrategy(options: ServiceOptions): Strategy<ServiceObject> {
  const pools = (options.serviceCidrs ?? defaultServiceCidrs).map(addressPool)
  const ports = portPool(options.nodePorts ?? { first: 30_000, last: 32_767 })
  const addressesInUse = used((spec) => (spec.clusterIPs ?? []).filter((address) => address !== 'None'))
  const portsInUse = used((spec) => [
    ...nodePortsOf(spec),
    ...(spec.healthCheckNodePort ? [spec.healthCheckNodePort] : []),
  ])
  return {
    prepare(draft, before) {
      prepareService(draft, before)
      if (options.clearStatusOnTypeChange === true && draft.spec?.type !== 'LoadBalancer')
        draft.status = { ...draft.status, loadBalancer: {} }
    },
    allocate(draft, before) {
      const spec = specOf(draft)
      const { name } = draft.metadata
      chooseAddresses(name, spec, before?.spec, pools, addressesInUse.taken)
      choosePorts(name, spec, before?.spec, ports, portsInUse.without(before?.spec))
    },
    check: checkService,
    // Only where the server itself clears the status can it also refuse one that stayed behind.
    checkStatus: (service) => checkServiceStatus(service, options.clearStatusOnTypeChange === true),
    settle(before, after) {
      addressesInUse.settle(before?.spec, after?.spec)
      portsInUse.settle(before?.spec, after?.spec)
    },
  }
}
