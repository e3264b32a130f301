import type { FamilySettings, Row } from '../table/row.ts'

/** Whose connections look as if this node had made them. */
export type Masquerade = 'never' | 'always' | 'unless-pod'
export type SetName = 'cluster' | 'local'

export type Target = 'refuse' | 'drop' | { readonly set: SetName; readonly masquerade: Masquerade }

export interface Targets {
  readonly cluster: Target
  /** Of external addresses, load balancer addresses and the node port. */
  readonly external: Target
  /** The same for packets that come neither from a pod of this node nor from the node. Absent: no difference. */
  readonly outside?: Target
}

/** The contract's table of policies and endpoints, for one row. */
export function targetsOf(row: Row, { masqueradeAll, pods }: FamilySettings): Targets {
  const told = pods.by !== 'none'
  const unlessPod = told ? 'unless-pod' : 'always'
  const inward = masqueradeAll ? 'always' : told ? 'unless-pod' : 'never'
  const cluster = (masquerade: Masquerade): Target =>
    row.cluster === undefined || row.cluster.length === 0 ? 'refuse' : { set: 'cluster', masquerade }
  const local = (masquerade: Masquerade): Target =>
    row.local !== undefined && row.local.length > 0
      ? { set: 'local', masquerade }
      : row.anywhere
        ? 'drop'
        : 'refuse'
  return {
    cluster: row.internalLocal ? local(inward) : cluster(inward),
    ...(row.externalLocal
      ? { external: cluster(unlessPod), outside: local('never') }
      : { external: cluster('always') }),
  }
}
