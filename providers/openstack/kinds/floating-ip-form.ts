import { textIn } from '../../../src/lib/json-fields.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Parts } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { isOurs, keepTag, keyTag, ownerOf, readTags, stackTag } from '../tags.ts'
import { ownersIn } from './load-balancer-form.ts'
import { roomFor } from './room.ts'
import { asOf, picked, settleMs, unwrapped } from './wire.ts'

const fields = ['floating_network_id', 'floating_ip_address', 'description'] as const

/** One that is kept, or that is not ours, is foreign: it is attached and let go, never deleted. */
function observeFloatingIp(body: JsonObject, cluster: Cluster): readonly Observed[] | undefined {
  const wire = unwrapped(body, 'floatingip')
  const id = textIn(wire, 'id')
  const address = textIn(wire, 'floating_ip_address')
  if (id === undefined || address === undefined) return undefined
  const tags = readTags(wire['tags'])
  const ours = isOurs(tags, cluster)
  const owner = ownerOf(tags, cluster)
  const { parts, rest } = ownersIn(tags)
  const foreign = !ours || tags[keepTag] !== undefined
  const port = textIn(wire, 'port_id')
  const owners = owner === undefined ? Object.values(parts).flatMap((part) => part.owners) : [owner]
  const attachment: Parts = port === undefined ? {} : { port: { spec: { port_id: port }, owners } }
  return [
    {
      stack: (ours ? tags[stackTag] : undefined) ?? `floating-ip/${address}`,
      kind: 'floating-ip',
      key: (ours ? tags[keyTag] : undefined) ?? address,
      id,
      owners,
      spec: { ...picked(wire, fields), tags: rest },
      parts: { ...parts, ...attachment },
      out: { id, address },
      state: textIn(wire, 'status') === 'ERROR' ? 'failed' : 'ready',
      serving: 'unreadable',
      depth: 'read',
      asOf,
      ...(foreign ? { body: 'foreign' as const } : {}),
    },
  ]
}

export const floatingIpForm = (maxOwners: number): Form => ({
  name: 'floating-ip',
  ...usualForm,
  canonical: (spec) => spec,
  immutable: ['floating_network_id', 'floating_ip_address'],
  // Neutron never shows the subnet again.
  kept: ['subnet_id'],
  replace: 'beside',
  nameIsUnique: false,
  servesTraffic: true,
  settleMs,
  room: (want, observed) => (want.body === 'foreign' ? new Map() : roomFor(maxOwners, want, observed)),
  observe: observeFloatingIp,
})
