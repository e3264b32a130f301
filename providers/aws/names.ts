import { hash } from '../../src/lib/hash.ts'

/** Whose name it is. `clusterUid` and `uid` are undefined where no cluster has seen the Service yet. */
export interface NameOf {
  readonly clusterUid: string | undefined
  readonly uid: string | undefined
  readonly namespace: string
  readonly name: string
}

const short = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '').slice(0, 8)

/**
 * `k8s-<namespace>-<name>-<hash>`, 32 characters at most. The hash holds all that cannot change in place, so whatever
 * forces a new object also gives it a new name, beside the old one. What is not known yet is named instead.
 */
function nameFor(of: NameOf, fixed: readonly { what: string; value: unknown }[]): string {
  const known = [{ what: 'uid', value: of.uid }, { what: 'uid', value: of.clusterUid }, ...fixed]
  const missing = known.find((part) => part.value === undefined)
  if (missing !== undefined) return `k8s-${of.namespace}-${of.name}-<${missing.what}>`
  return `k8s-${short(of.namespace)}-${short(of.name)}-${hash(known.map((part) => part.value))}`
}

export const loadBalancerName = (of: NameOf, place: string): string =>
  nameFor(of, [{ what: 'scheme', value: place }])

const named = (stem: string, known: readonly unknown[]): string =>
  known.includes(undefined) ? `${stem}-<uid>` : `${stem}-${hash(known)}`

/** Of the load balancer that the Services of a group share. */
export const groupName = (clusterUid: string | undefined, group: string, place: string): string =>
  named(`k8s-${short(group)}`, [clusterUid, 'group', group, place])

/** Of the group that holds the rules for clients. EC2 wants it unique in the VPC only. */
export const frontendGroupName = (loadBalancer: string): string => `${loadBalancer}-clients`

/** Of the group that all load balancers of a cluster are in. */
export const backendGroupName = (clusterName: string, clusterUid: string | undefined): string =>
  named(`k8s-traffic-${clusterName.replaceAll(/[^A-Za-z0-9-]/g, '').slice(0, 200)}`, [clusterUid, 'traffic'])

interface TargetGroupIdentity {
  /** Of its load balancer: a target group serves one only. */
  readonly place: string
  readonly protocol: string
  readonly port: number
  /** Of nodes the node port, of pods their own: a number or a name. */
  readonly nodePort: number | string | undefined
  readonly targetType?: string
  readonly vpcId: string | undefined
}

export const targetGroupName = (of: NameOf, identity: TargetGroupIdentity): string =>
  nameFor(of, [
    { what: 'scheme', value: identity.place },
    { what: 'protocol', value: identity.protocol },
    { what: 'port', value: identity.port },
    { what: 'node port', value: identity.nodePort },
    { what: 'target type', value: identity.targetType ?? 'instance' },
    { what: 'vpc', value: identity.vpcId },
  ])

/** Names of target groups that may be ours, by form: what a list asks the tags of. Those of peers begin so too. */
export const mayBeOurs = (name: string): boolean => name.startsWith('k8s-')
