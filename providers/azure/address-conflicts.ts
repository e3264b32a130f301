import { parseAddress } from '../../src/lib/ip.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { WishBase } from './wish-base.ts'

const familyOf = (item: string): string => {
  const parsed = parseAddress(item)
  return parsed.ok ? parsed.value.family : 'name'
}

/** The portable key for addresses says one of each family, and nothing else than Azure's own keys do. */
export function addressConflicts({ settings, lb }: WishBase): readonly Problem[] {
  const { address, ipv4, ipv6, publicIPName, publicIPNameIPv6 } = settings
  if (address === undefined) return []
  const byKind = Map.groupBy(address.value, familyOf)
  const most = { IPv4: 1, IPv6: 1, name: lb.families.length }
  for (const [kind, items] of byKind) {
    if (items.length <= most[kind as keyof typeof most]) continue
    const message = `${items.join(' and ')} are more addresses than one of each family`
    const details = { value: address.raw, accepted: 'at most one address of each family', hint: 'keep one' }
    return [error('LB_ANNOTATION_LIST', address.path, message, details)]
  }
  const others = [
    { setting: ipv4, kind: 'IPv4', value: ipv4?.value.text },
    { setting: ipv6, kind: 'IPv6', value: ipv6?.value.text },
    { setting: publicIPName, kind: 'name', value: publicIPName?.value },
    { setting: publicIPNameIPv6, kind: 'name', value: publicIPNameIPv6?.value },
  ]
  return others.flatMap(({ setting, kind, value }) => {
    const said = byKind.get(kind) ?? []
    const same = said.some((item) => {
      const parsed = parseAddress(item)
      return (parsed.ok ? parsed.value.text : item) === value
    })
    if (setting === undefined || said.length === 0 || same) return []
    const message = `this asks for something else than ${setting.key}: ${setting.raw}`
    return [
      error('LB_ANNOTATION_CONFLICT', address.path, message, {
        value: address.raw,
        accepted: 'one of the two keys, or the same in both',
        hint: `remove ${address.key} or ${setting.key}`,
      }),
    ]
  })
}
