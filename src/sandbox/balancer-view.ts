import { trafficPath, type LocalListenerTraffic, type LocalTraffic } from '../../providers/local/wire.ts'
import type { CloudNames } from './cloud-names.ts'
import { askControl } from './control.ts'
import type { Place } from './net/translation.ts'
import type { BalancerView } from './path.ts'

/** What the balancer knows of its listeners and of the nodes behind them. Nothing, while it does not answer. */
export async function askView(socket: string, names?: CloudNames): Promise<BalancerView> {
  const [{ listeners }] = await Promise.all([
    askControl<LocalTraffic>(socket, `GET ${trafficPath}`).catch((): LocalTraffic => ({ listeners: [] })),
    names?.refresh(),
  ])
  return viewOf(listeners, names?.all() ?? {})
}

/** Where load balancers have names, these are as good as their addresses. */
export function viewOf(
  listeners: readonly LocalListenerTraffic[],
  names: Readonly<Record<string, readonly string[]>>,
): BalancerView {
  const view = {
    listeners: new Map<string, object>(),
    targets: new Map<string, LocalListenerTraffic['targets']>(),
    places: new Map<string, Place>(),
  }
  for (const { address, port, protocol, counters, failure, reachedAt, targets } of listeners) {
    const own = Object.keys(names).filter((name) => names[name]?.includes(address))
    const place = reachedAt ?? { address, port }
    for (const host of [address, ...own]) {
      const key = `${host} ${port} ${protocol}`
      view.places.set(key, place)
      view.targets.set(key, targets)
      view.listeners.set(key, {
        ...(counters === undefined ? {} : { counters }),
        ...(failure === undefined ? {} : { failure }),
        ...(reachedAt === undefined && host === address
          ? {}
          : { reachedAt: `${place.address}:${place.port}` }),
      })
    }
  }
  return view
}
