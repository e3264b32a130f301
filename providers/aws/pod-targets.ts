import { takesTraffic, type Endpoint, type Endpoints } from '../../src/model/endpoints.ts'
import { type Problem, warning } from '../../src/model/problem.ts'
import { type Part, type Parts, unknown } from '../../src/plan/resource.ts'
import { placeOf } from './pod-places.ts'
import { allocated, type Route } from './routes.ts'
import { sharesOf } from './shares.ts'
import { targetKey } from './targets.ts'
import type { Wish } from './wish.ts'

/** The pods behind one port, by address. A pod that is about to end gets no new connections. */
export function endpointTargets(wish: Wish, route: Route): Parts {
  const { target } = route
  const endpoints = behind(wish, route)
  if (endpoints === undefined)
    return {
      [`<pod>:${target.named ?? target.port ?? target.gap}`]: {
        spec: {
          Id: unknown(`the pods of ${route.share?.of ?? 'the Service'}, which only the cluster knows`),
          Port: target.port ?? unknown(allocated(target.gap)),
        },
        owners: [],
      },
    }
  return podTargets(endpoints, wish.addressRanges)
}

/** AWS refuses a whole registration for one address that it cannot send to. */
export function podTargets(endpoints: Endpoints, ranges: readonly string[] | undefined): Parts {
  const parts: Record<string, Part> = {}
  for (const { address, port, pod, zone } of endpoints) {
    const place = placeOf(address, ranges)
    if (place === 'nowhere') continue
    parts[targetKey(address, port)] = {
      spec: { Id: address, Port: port, ...(place === 'beside' ? { AvailabilityZone: 'all' } : {}) },
      owners: [],
      ...(pod === undefined ? {} : { path: `pod/${pod}` }),
      ...(zone === undefined ? {} : { zone }),
    }
  }
  return parts
}

/** Those that take traffic, of the port and the family of a route; undefined while nobody knows them. */
function behind(wish: Wish, { target, share }: Route): Endpoints | undefined {
  const { context, families, lb } = wish
  const of = share === undefined || share.service === lb.name ? context : context.others?.get(share.service)
  const endpoints = of !== undefined && 'endpoints' in of ? of.endpoints : undefined

  const fits = (endpoint: Endpoint): boolean =>
    endpoint.portName === target.portName &&
    takesTraffic(endpoint) &&
    endpoint.address.includes(':') === (families.targets === 'IPv6')
  return endpoints?.filter(fits)
}

/** Where a route's targets are reached: pods may give one name to several numbers. Undefined stands for what is not known. */
export function portsReached(wish: Wish, route: Route): readonly (number | undefined)[] {
  const { port, named } = route.target
  const endpoints = named === undefined ? undefined : behind(wish, route)
  if (endpoints === undefined) return [port]
  return [...new Set(endpoints.map((endpoint) => endpoint.port))].toSorted((a, b) => a - b)
}

/** Pods that no load balancer of this VPC can send to. */
export function podProblems(wish: Wish): readonly Problem[] {
  const { targetType, addressRanges, settings } = wish
  if (targetType !== 'ip') return []
  const routes = wish.routes.flatMap((route) => [route, ...sharesOf(wish, route)])
  const all = routes.flatMap((route) => behind(wish, route) ?? [])
  const lost = [...new Set(all.map(({ address }) => address))].filter(
    (address) => placeOf(address, addressRanges) === 'nowhere',
  )
  if (lost.length === 0) return []
  const more = lost.length > 3 ? ` and ${lost.length - 3} more` : ''
  return [
    warning(
      'LB_AWS_POD_ADDRESS',
      (settings.targetType ?? settings.type)?.path ?? 'spec.type',
      `pods have addresses that no load balancer of the VPC can send to: ${lost.slice(0, 3).join(', ')}${more}`,
      {
        accepted: 'addresses of the VPC, or of a private IPv4 range that is routed to it',
        hint: 'run the pods on a network whose addresses come from the VPC, or have nodes as targets',
      },
    ),
  ]
}
