/**
 * Names as cloud-provider-openstack gives them, so that its objects are recognised and people find what they know.
 * Octavia's names are not unique and we never look anything up by them: tags with uids decide.
 */
const servicePrefix = 'kube_service_'
const longest = 255

const cut = (text: string): string => text.slice(0, longest)

export interface NameOf {
  readonly cluster: string
  readonly namespace: string
  readonly name: string
}

/** Of a Service's own load balancer, and the tag that says a Service is on one. */
export const serviceName = ({ cluster, namespace, name }: NameOf): string =>
  cut(`${servicePrefix}${cluster}_${namespace}_${name}`)

/** Not with the prefix above: another controller would take it for one of its own. */
export const groupName = (cluster: string, group: string): string => cut(`lb_group_${cluster}_${group}`)

type ChildKind = 'listener' | 'pool' | 'monitor'

/** After the Service, not after the load balancer: it stays when that is shared. */
export const childName = (kind: ChildKind, index: number, service: string): string =>
  cut(`${kind}_${index}_${service}`)

export const securityGroupName = (uid: string, namespace: string, name: string): string =>
  cut(`lb-sg-${uid}-${namespace}-${name}`)

export const memberName = (node: string, address: string, port: number | string, serial: boolean): string =>
  cut(serial ? `member_${node}_${address}_${port}` : node)

export const isServiceName = (text: string): boolean => text.startsWith(servicePrefix)

/**
 * The cluster in a name or tag: all up to the namespace, because a cluster's name may hold `_` and theirs cannot. A name
 * that was cut in the middle of the namespace has no service; undefined where the text is no such name.
 */
export function clusterIn(text: string, before = ''): string | undefined {
  const form = new RegExp(String.raw`^${before}${servicePrefix}(?<cluster>.+?)_[^_]+(?:_[^_]+)?$`)
  return form.exec(text)?.groups?.['cluster']
}

/** The same name for a cluster that was renamed. */
export function withCluster(text: string, from: string, to: string): string {
  const prefix = text.startsWith(servicePrefix) ? servicePrefix : ''
  return cut(prefix + text.slice(prefix.length).replace(from, () => to))
}

/** Whether a name is that of this Service in a cluster of any name. */
export const namesService = (text: string, { namespace, name }: Omit<NameOf, 'cluster'>): boolean =>
  isServiceName(text) && text.endsWith(`_${namespace}_${name}`)
