import type { CloudNodeOf } from './cloud.ts'

export const region = 'us-east-1'

/** As an instance of EC2 in the zone of that letter: `zone-a` is `us-east-1a`. */
export const awsNode: CloudNodeOf = (node) => {
  const zone = `${region}${node.zone.at(-1)}`
  return { providerID: `aws:///${zone}/${instanceId(node.name)}`, zone }
}

/** As EC2 writes ids; that of `node-1` ends in 1. */
export const instanceId = (node: string): string =>
  `i-${Number(node.replace(/^.*-/, '')).toString(16).padStart(17, '0')}`
