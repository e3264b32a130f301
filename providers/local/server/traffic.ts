import type { LocalListenerTraffic, LocalTraffic } from '../wire.ts'
import type { Records } from './records.ts'
import type { Serving } from './serving.ts'

/** What passes through each listener, and how its targets are. */
export async function trafficOf(records: Records, serving: Serving): Promise<LocalTraffic> {
  const counters = await serving.counters()
  const listeners = [...records.listeners.values()].map((listener): LocalListenerTraffic => {
    const { id, protocol, port, tags, addressId } = listener
    const counted = counters.get(id)
    const { failure, reachedAt } = serving.shown(listener)
    return {
      id,
      address: records.addresses.get(addressId)?.address ?? '',
      port,
      protocol,
      tags,
      ...(failure === undefined ? {} : { failure }),
      ...(reachedAt === undefined ? {} : { reachedAt }),
      ...(counted === undefined ? {} : { counters: counted }),
      targets: serving.health(listener),
    }
  })
  return { listeners }
}
