import { createBlueprint } from '../../../../providers/aws/blueprint.ts'
import type { JsonObject } from '../../../../src/lib/json.ts'
import type { ServiceObject } from '../../../../src/model/objects.ts'
import type { Resource } from '../../../../src/plan/resource.ts'
import { contribute, type Contributed, type World } from '../../../support/plan-service.ts'

export const prefix = 'service.beta.kubernetes.io/aws-load-balancer-'
export const certificate =
  'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012'

const subnet = (id: string, zone: string) => ({
  id,
  zone,
  zoneType: 'availability-zone',
  cidr: '10.0.0.0/24',
  freeAddresses: 200,
  public: true,
  tags: { 'kubernetes.io/role/elb': '1' },
})

export const blueprint = createBlueprint({})

export const world: World = {
  origin: 'cluster',
  cluster: { name: 'shop', uid: 'cluster-uid' },
  nodes: [
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'a', labels: {} },
      spec: { providerID: 'aws:///us-east-1a/i-0a' },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    },
  ],
  facts: {
    network: {
      vpcId: 'vpc-1',
      region: 'us-east-1',
      subnets: [subnet('subnet-a', 'us-east-1a'), subnet('subnet-b', 'us-east-1b')],
    },
    nodeGroups: { instances: { 'i-0a': ['sg-nodes'] }, groups: { 'sg-nodes': { name: 'nodes', tags: {} } } },
  },
}

export interface Asked {
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: Partial<ServiceObject['spec']>
  readonly world?: World
}

/** A Service with a web port, planned; annotations without their prefix. */
export function planned({ annotations = {}, spec, world: other }: Asked): Contributed {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [key.includes('/') ? key : prefix + key, value]),
      ),
    },
    spec: { type: 'LoadBalancer', ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }], ...spec },
  } as unknown as ServiceObject
  return contribute(blueprint, service, { ...world, ...other })
}

export const of = ({ resources }: Contributed, kind: string): readonly Resource[] =>
  resources.filter((one) => one.kind === kind)

export const specOf = (plan: Contributed, kind: string): JsonObject => of(plan, kind)[0]?.spec ?? {}

export const errorsOf = ({ problems }: Contributed): readonly string[] =>
  problems.filter(({ severity }) => severity === 'error').map(({ code, path }) => `${code} ${path}`)
