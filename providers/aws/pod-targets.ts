import type { Endpoint } from '../../src/model/endpoints.ts'
import { type Part, type Parts, unknown } from '../../src/plan/resource.ts'
import { allocated, type Route } from './routes.ts'
import { targetKey } from './targets.ts'
import type { Wish } from './wish.ts'

/** The pods behind one port, by address. A pod that is about to end gets no new connections. */
export function endpointTargets({ context, lb, families }: Wish, { target }: Route): Parts {
  const owners = [lb.owner]
  const { endpoints } = context
  if (endpoints === undefined)
    return {
      [`<pod>:${target.named ?? target.port}`]: {
        spec: {
          Id: unknown('the pods of the Service, which only the cluster knows'),
          Port: target.port ?? unknown(allocated(target.gap)),
        },
        owners,
      },
    }
  const fits = ({ address, portName, ready, terminating }: Endpoint): boolean =>
    portName === target.portName &&
    ready &&
    !terminating &&
    address.includes(':') === (families.targets === 'IPv6')
  const parts: Record<string, Part> = {}
  for (const { address, port, pod, zone } of endpoints.filter(fits))
    parts[targetKey(address, port)] = {
      spec: { Id: address, Port: port },
      owners,
      ...(pod === undefined ? {} : { path: `pod/${pod}` }),
      ...(zone === undefined ? {} : { zone }),
    }
  return parts
}
