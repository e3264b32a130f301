import type { Wish } from '../wish.ts'

export const classicKind = 'classic-load-balancer'

/**
 * cloud-provider-aws names a Classic Load Balancer after the Service alone, so one with another scheme would want the
 * name of the one that it replaces. While that one stands the new one gets the next name, and keeps it.
 */
export function classicName({ lb, context, scheme, settings }: Wish): string {
  const standing = context.observed.find((item) => item.kind === classicKind && item.key === scheme)
  const kept = standing?.spec['LoadBalancerName']
  if (typeof kept === 'string') return kept
  if (settings.name !== undefined) return settings.name.value
  if (lb.uid === undefined) return 'a<uid>'
  const name = `a${lb.uid.replaceAll('-', '')}`.slice(0, 32)
  const taken = context.observed.some(
    (item) => item.kind === classicKind && item.key !== scheme && item.spec['LoadBalancerName'] === name,
  )
  return taken ? `${name.slice(0, 31)}${scheme === 'internal' ? 'i' : 'p'}` : name
}
