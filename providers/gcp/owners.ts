import type { Family, Owner } from '../../src/model/load-balancer.ts'
import type { Cluster } from '../../src/provider/blueprint.ts'

/** What one Service has of its own. By its name, because other controllers write no uid on what they make. */
export const stackOf = (service: string): string => service

/** What Services share. */
export const sharedStack = 'shared'

/** Shared objects belong to the cluster. */
export const clusterOwner = ({ uid, name }: Cluster): Owner => ({
  uid: uid ?? 'cluster',
  name: name === '' ? 'the cluster' : `the cluster ${name}`,
})

/** The first, and mostly only, forwarding rule of a family. */
export const ruleKey = (scheme: string, family: Family): string => `${scheme}/${family}`

/** The second one, where TCP and UDP have a rule each. */
export const udpRuleKey = (scheme: string, family: Family): string => `${ruleKey(scheme, family)}/udp`
