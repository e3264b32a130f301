/**
 * Which part an object plays on the way of a connection, as far as its kind's name tells: clouds name their objects
 * with a few words. The order is that of the columns of a picture.
 */
export const columns = ['client', 'address', 'front', 'listener', 'pool', 'group', 'nodes'] as const
export type Column = (typeof columns)[number]

export interface Role {
  readonly column: Column
  /** Beside the way: it checks, or lets in, and no traffic passes through it. */
  readonly aside?: true
}

/** The first that fits. */
const words: readonly (readonly [pattern: RegExp, role: Role])[] = [
  [/health|probe|monitor|check/, { column: 'group', aside: true }],
  [/security-group|firewall|fire-wall|network-policy|rule-set/, { column: 'group', aside: true }],
  [/private-link|endpoint-service/, { column: 'address' }],
  [/instance-group|endpoint-group|neg$/, { column: 'group' }],
  [/address|floating-ip|public-ip|elastic-ip|^eip|prefix/, { column: 'address' }],
  [/load-?balancer|forwarding-rule|balancer/, { column: 'front' }],
  [/listener|proxy|frontend|url-map/, { column: 'listener' }],
  [/pool|target-group|backend/, { column: 'pool' }],
]

/** A kind that no word tells stands between listeners and nodes, where most objects do. */
export const roleOf = (kind: string): Role =>
  words.find(([pattern]) => pattern.test(kind))?.[1] ?? { column: 'pool' }

export const rankOf = (column: Column): number => columns.indexOf(column)
