import { equal } from '../../../src/lib/json.ts'
import { LocalRefusal, type LocalChange, type LocalListenerWish } from '../api.ts'
import {
  address,
  anyOf,
  checkFields,
  listOf,
  objectOf,
  port,
  range,
  scheduler,
  tags,
  text,
  whole,
  type Fields,
} from './field-checks.ts'
import {
  added,
  found,
  put,
  removed,
  unchanged,
  type KeptListener,
  type Records,
  type Written,
} from './records.ts'

const dayMs = 86_400_000
const ms = whole(1, dayMs)

const target: Fields = {
  address: { check: address, needed: true },
  port: { check: port, needed: true },
  weight: { check: whole(0, 65_535) },
}

const healthCheck: Fields = {
  protocol: { check: anyOf(['TCP', 'HTTP']), needed: true },
  port: { check: port },
  path: {
    check: (value) => (typeof value === 'string' && value.startsWith('/') ? undefined : 'must begin with /'),
  },
  intervalMs: { check: whole(10, dayMs), needed: true },
  timeoutMs: { check: ms, needed: true },
  healthyThreshold: { check: whole(1, 100), needed: true },
  unhealthyThreshold: { check: whole(1, 100), needed: true },
}

/** What an update may set. */
const changeable: Fields = {
  targets: { check: listOf(objectOf(target)), needed: true },
  healthCheck: { check: objectOf(healthCheck) },
  sources: { check: listOf(range) },
  scheduler: { check: scheduler, needed: true },
  affinitySeconds: { check: whole(1, 86_400) },
  proxyProtocol: { check: anyOf(['v1', 'v2']) },
  certificateId: { check: text },
  minTlsVersion: { check: anyOf(['TLSv1.2', 'TLSv1.3']) },
  maxConnections: { check: whole(1, 1_000_000) },
  connectTimeoutMs: { check: ms },
  idleTimeoutMs: { check: whole(1, 7 * dayMs) },
  drainMs: { check: whole(0, dayMs) },
  tags: { check: tags, needed: true },
}

const fields: Fields = {
  addressId: { check: text, needed: true },
  protocol: { check: anyOf(['TCP', 'UDP']), needed: true },
  port: { check: port, needed: true },
  ...changeable,
}

const tcpOnly = ['proxyProtocol', 'certificateId', 'minTlsVersion', 'connectTimeoutMs'] as const

export function createListener(records: Records, wish: LocalListenerWish): Written<KeptListener> {
  checkListener(records, wish)
  const { name } = found(records, 'addresses', wish.addressId)
  for (const item of records.listeners.values()) {
    if (item.addressId !== wish.addressId || item.protocol !== wish.protocol || item.port !== wish.port)
      continue
    if (isWished(item, wish)) return { records, value: item }
    throw new LocalRefusal(
      'taken',
      `${wish.protocol} ${wish.port} of address ${name} is held by ${item.id}`,
      'port',
    )
  }
  return added(records, 'listeners', wish)
}

export function updateListener(
  records: Records,
  id: string,
  change: LocalChange<string>,
): Written<KeptListener> {
  const item = unchanged(records, 'listeners', id, change.etag)
  const named = Object.keys(change.set).find((field) => !Object.hasOwn(changeable, field))
  if (named !== undefined)
    throw new LocalRefusal(
      'invalid',
      `${named} cannot be changed; accepted: ${Object.keys(changeable).join(', ')}`,
      named,
    )
  const merged = { ...item, ...change.set }
  const wish = Object.fromEntries(
    Object.entries(merged).filter(
      ([field, value]) => Object.hasOwn(fields, field) && value !== null && value !== undefined,
    ),
  ) as unknown as LocalListenerWish
  checkListener(records, wish)
  return put(records, 'listeners', { ...wish, id: item.id, etag: item.etag })
}

export function deleteListener(records: Records, id: string): Records {
  found(records, 'listeners', id)
  return removed(records, 'listeners', id)
}

/** Throws `LocalRefusal`. */
export function checkListener(records: Records, wish: LocalListenerWish): void {
  checkFields(wish, fields)
  if (wish.protocol === 'UDP')
    for (const field of tcpOnly)
      if (wish[field] !== undefined)
        throw new LocalRefusal('invalid', `${field} is for TCP, not for UDP`, field)
  const { certificateId } = wish
  if (certificateId !== undefined && !records.certificates.has(certificateId))
    throw new LocalRefusal('invalid', `there is no certificate ${certificateId}`, 'certificateId')
}

const isWished = (item: KeptListener, wish: LocalListenerWish): boolean => {
  const { id: _, etag: __, ...rest } = item
  return equal(rest, wish)
}
