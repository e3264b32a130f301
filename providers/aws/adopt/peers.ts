import type { Peer } from '../../../src/provider/adoption.ts'
import { clusterNameTag, type Tags } from '../tags.ts'

export type PeerName = 'ccm' | 'lbc'

export const peers: Readonly<Record<PeerName, Peer>> = {
  /** Its finalizer is the one that all share, ours too. */
  ccm: { title: 'cloud-provider-aws', finalizers: [] },
  lbc: {
    title: 'AWS Load Balancer Controller',
    finalizers: ['service.k8s.aws/resources'],
    leftover: {
      group: 'elbv2.k8s.aws',
      version: 'v1beta1',
      plural: 'targetgroupbindings',
      kind: 'TargetGroupBinding',
      labels: { namespace: 'service.k8s.aws/stack-namespace', name: 'service.k8s.aws/stack-name' },
    },
  },
}

const serviceNameTag = 'kubernetes.io/service-name'
const stackTag = 'service.k8s.aws/stack'
export const resourceTag = 'service.k8s.aws/resource'
/** The second one is from before there were Services. */
export const controllerClusterTags = ['elbv2.k8s.aws/cluster', 'ingress.k8s.aws/cluster'] as const

interface Told {
  readonly peer: PeerName
  /** `namespace/name`. */
  readonly service: string
}

/** Whom the tags of an object name as its maker and its Service, if it was made for the cluster of this name. */
export function toldBy(tags: Tags, clusterName: string): Told | undefined {
  const byCcm = tags[serviceNameTag]
  if (byCcm !== undefined && ofCcm(tags, clusterName)) return { peer: 'ccm', service: byCcm }
  const byLbc = tags[stackTag]
  if (byLbc !== undefined && ofLbc(tags, clusterName)) return { peer: 'lbc', service: byLbc }
  return undefined
}

export const ofCcm = (tags: Tags, clusterName: string): boolean =>
  tags[clusterNameTag(clusterName)] === 'owned' || tags['KubernetesCluster'] === clusterName

export const ofLbc = (tags: Tags, clusterName: string): boolean =>
  controllerClusterTags.some((key) => tags[key] === clusterName)

/** Of every cluster, for a message about a name that nothing was made for. */
export function clusterIn(tags: Tags): string | undefined {
  for (const key of controllerClusterTags) if (tags[key] !== undefined) return tags[key]
  if (tags[serviceNameTag] === undefined) return undefined
  const owned = Object.keys(tags).find((key) => key.startsWith(clusterNameTag('')))
  return owned?.slice(clusterNameTag('').length) ?? tags['KubernetesCluster']
}

/** The port that a target group of the AWS Load Balancer Controller is for: `shop/edge:443`. */
export function portIn(tags: Tags): number | undefined {
  const [, port] = /:(\d+)$/.exec(tags[resourceTag] ?? '') ?? []
  return port === undefined ? undefined : Number(port)
}
