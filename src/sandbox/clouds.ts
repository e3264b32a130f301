import { awsNode } from './aws-node.ts'
import type { CloudNodeOf, CloudWish, SandboxCloud } from './cloud.ts'
import { localCloud, localNode } from './local-cloud.ts'

export type CloudName = 'local' | 'aws'

export const cloudNodes: Readonly<Record<CloudName, CloudNodeOf>> = { local: localNode, aws: awsNode }

/** Starts nothing yet. What AWS needs is loaded for it alone. */
export async function openCloud(
  name: CloudName,
  wish: CloudWish,
  clusterName: string,
): Promise<SandboxCloud> {
  if (name === 'local') return localCloud(wish)
  const { awsCloud } = await import('./aws-cloud.ts')
  return awsCloud(wish, clusterName)
}
