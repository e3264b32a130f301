import type { NodeObject } from '../../src/model/objects.ts'
import type { CloudKeys } from '../keys/key-case.ts'
import type { World } from '../support/plan-service.ts'

const providerIds: Readonly<Record<string, (at: number, zone: string) => string>> = {
  aws: (at, zone) => `aws:///us-east-1${zone}/i-0123456789abcde${at}0`,
  gcp: (at, zone) => `gce://project/us-central1-${zone}/node-${at}`,
  azure: (at) =>
    `azure:///subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/nodes/providers/Microsoft.Compute/virtualMachineScaleSets/pool/virtualMachines/${at}`,
  local: (at) => `local:///node-${at}`,
  openstack: (at) => `openstack:///11111111-2222-3333-4444-55555555555${at}`,
}

const nodesOf = (cloud: string, count: number): readonly NodeObject[] =>
  Array.from({ length: count }, (_, at) => {
    const zone = ['a', 'b', 'c'][at % 3] ?? 'a'
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: `node-${at}`,
        labels: { 'topology.kubernetes.io/zone': zone, 'kubernetes.io/os': 'linux', team: 'shop' },
      },
      spec: { providerID: providerIds[cloud]?.(at, zone) },
      status: {
        addresses: [
          { type: 'InternalIP', address: `10.0.${at % 3}.${10 + at}` },
          ...(at % 2 === 0 ? [{ type: 'InternalIP', address: `fd00::${at + 1}` }] : []),
        ],
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    } as unknown as NodeObject
  })

/** What may be known beside a Service: nothing, nodes, the facts of the cloud's cases, those of single cases. */
export function worldsOf({ blueprint, world, cases }: CloudKeys): readonly World[] {
  const nodes = nodesOf(blueprint.name, 4)
  const special = cases.flatMap((one) => (one.world === undefined ? [] : [{ ...world, ...one.world }]))
  return [
    {},
    { nodes },
    { nodes: [] },
    { origin: 'cluster', nodes },
    world,
    { ...world, nodes: world.nodes ?? nodes },
    ...special,
  ]
}
