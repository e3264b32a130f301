import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import { awsWorld } from '../../keys/aws-world.ts'
import { service } from '../../model/service.ts'
import { contribute } from '../../support/plan-service.ts'
import { prefix } from './bad-input/row.ts'

interface Row {
  readonly name: string
  readonly annotations: Readonly<Record<string, string>>
  readonly labels: string
  readonly key?: string
  readonly targets?: readonly string[]
  readonly says?: RegExp
}

const external = { type: 'external', 'nlb-target-type': 'instance' }
const classic = { type: 'classic' }
const nlb = { type: 'nlb' }
const portable = 'lb-controller.io/target-node-labels'

/** Node a has `pool=edge` and `gpu=` , node b `pool=work`. */
const rows: readonly Row[] = [
  { name: 'a key and a value', annotations: external, labels: 'pool=edge', targets: ['i-0a'] },
  { name: 'two of them: both', annotations: external, labels: 'pool=edge, gpu=', targets: ['i-0a'] },
  {
    name: 'an empty value, external: exactly that',
    annotations: external,
    labels: 'pool=',
    says: /LB_AWS_NO_NODES/,
  },
  { name: 'an empty value, nlb: any', annotations: nlb, labels: 'pool=', targets: ['i-0a', 'i-0b'] },
  { name: 'a key alone, nlb: any', annotations: nlb, labels: 'gpu', targets: ['i-0a'] },
  { name: 'a key alone after a pair, nlb', annotations: nlb, labels: 'pool=edge, gpu', targets: ['i-0a'] },
  { name: 'a key alone, classic: any', annotations: classic, labels: 'pool', targets: ['i-0a', 'i-0b'] },
  {
    name: 'a key alone, external: refused',
    annotations: external,
    labels: 'gpu',
    says: /error LB_ANNOTATION_MAP.*"gpu" has no "="/,
  },
  {
    name: 'a key alone after a pair, external: refused',
    annotations: external,
    labels: 'pool=edge, gpu',
    says: /error LB_ANNOTATION_MAP.*"gpu" has no "="/,
  },
  {
    name: 'pods as targets: labels choose nothing',
    annotations: { type: 'nlb-ip' },
    labels: 'gpu',
    targets: [],
  },
  {
    name: 'a key alone, by the portable key: refused',
    annotations: nlb,
    key: portable,
    labels: 'pool=edge, gpu',
    says: /error LB_ANNOTATION_MAP/,
  },
  {
    name: 'labels that no node has are told',
    annotations: nlb,
    labels: 'pool=none',
    says: /warning LB_AWS_NO_NODES.*no node has these labels/,
  },
  {
    name: 'labels that no node has choose no pods',
    annotations: { ...external, 'nlb-target-type': 'ip' },
    labels: 'pool=none',
    targets: [],
  },
]

for (const { name, annotations, labels, key = `${prefix}target-node-labels`, targets, says } of rows)
  test(`aws: labels of target nodes: ${name}`, () => {
    const own = Object.entries(annotations).map(([at, value]) => [prefix + at, value])
    const subject = service(
      { ports: [{ name: 'http', port: 80, protocol: 'TCP', nodePort: 30080 }] },
      { annotations: { ...Object.fromEntries(own), [key]: labels } },
    )
    const nodes = awsWorld.nodes.map((node) =>
      node.metadata.name === 'a'
        ? { ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, gpu: '' } } }
        : node,
    )
    const { resources, problems } = contribute(createBlueprint({}), subject, { ...awsWorld, nodes })
    const told = problems.map(({ severity, code, message }) => `${severity} ${code} ${message}`).join('; ')
    if (says !== undefined) assert.match(told, says)
    else {
      assert.doesNotMatch(told, /LB_ANNOTATION_MAP|LB_AWS_NO_NODES/)
      const holding = resources.filter(
        ({ kind }) => kind === 'target-group' || kind === 'classic-load-balancer',
      )
      const ids = holding.flatMap(({ parts }) =>
        Object.values(parts ?? {}).flatMap(({ spec }) => spec['Id'] ?? spec['InstanceId'] ?? []),
      )
      assert.deepEqual(ids.filter((id) => typeof id === 'string').toSorted(), targets)
    }
  })

function targetsInFile(type: string, labels: string): string {
  const subject = service(
    { ports: [{ name: 'http', port: 80, protocol: 'TCP', nodePort: 30080 }] },
    { annotations: { [`${prefix}type`]: type, [`${prefix}target-node-labels`]: labels } },
  )
  const { facts, cluster } = awsWorld
  const { resources } = contribute(createBlueprint({}), subject, { facts, cluster })
  return JSON.stringify(resources.find(({ kind }) => kind === 'target-group')?.parts)
}

test('aws: labels of target nodes: in a file, without nodes, a plan says which will be targets', () => {
  assert.match(targetsInFile('nlb', 'pool=edge, gpu'), /those with pool=edge, gpu"/)
  assert.match(targetsInFile('external', 'pool=edge, gpu='), /those with pool=edge, gpu="/)
})
