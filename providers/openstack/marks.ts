import { plainText } from './plain-text.ts'
import type { Json } from '../../src/lib/json.ts'
import type { Owner } from '../../src/model/load-balancer.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { Cluster } from '../../src/provider/blueprint.ts'

/*
 * Rules of security groups have no tags: whose one is stands at the end of its description, where nobody writes by
 * chance: "... [lb-controller.io CLUSTER-UID SERVICE-UID NAMESPACE/NAME]".
 */
const longest = 255

export function describedFor(
  sentence: string,
  cluster: Cluster,
  owner: { readonly uid: string | undefined; readonly name: string },
): Json {
  if (cluster.uid === undefined || owner.uid === undefined)
    return unknown('the uids of the cluster and the Service')
  const mark = ` [lb-controller.io ${cluster.uid} ${owner.uid} ${owner.name}]`
  return `${sentence.slice(0, longest - mark.length)}${mark}`
}

export function ownerInDescription(description: Json | undefined, cluster: Cluster): Owner | undefined {
  const { groups } =
    / \[lb-controller\.io (?<cluster>\S+) (?<uid>\S+) (?<name>\S+)\]$/.exec(plainText(description)) ?? {}
  const { uid, name } = groups ?? {}
  if (uid === undefined || name === undefined) return undefined
  return cluster.uid !== undefined && groups?.['cluster'] === cluster.uid ? { uid, name } : undefined
}
