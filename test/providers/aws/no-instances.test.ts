import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noInstances } from '../../../providers/aws/no-instances.ts'
import type { TargetNode } from '../../../src/model/nodes.ts'

const node = (providerID: string): TargetNode => ({
  name: 'node-1',
  providerID,
  labels: {},
  addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
})

const rows: readonly {
  readonly name: string
  readonly nodes: readonly TargetNode[]
  readonly targetType?: 'instance' | 'ip'
  readonly nodesUnknown?: string
  readonly says?: RegExp
}[] = [
  { name: 'an instance', nodes: [node('aws:///us-east-1a/i-0abc')] },
  {
    name: "another cloud's node",
    nodes: [node('gce://shop/us-central1-a/node-1')],
    says: /no node is an EC2 instance/,
  },
  { name: 'no node at all', nodes: [], says: /there is no node that can serve/ },
  { name: 'nodes that nobody gave', nodes: [], nodesUnknown: 'the nodes' },
  { name: 'pods as targets', nodes: [], targetType: 'ip' },
]

for (const { name, nodes, targetType = 'instance', nodesUnknown, says } of rows)
  test(`targets on AWS: ${name}`, () => {
    const [problem] = noInstances({
      targetType,
      context: {
        cluster: { name: 'shop' },
        nodes,
        facts: new Map(),
        observed: [],
        ...(nodesUnknown === undefined ? {} : { nodesUnknown }),
      },
    })
    if (says === undefined) assert.equal(problem, undefined)
    else assert.match(`${problem?.code} ${problem?.message}`, says)
  })
