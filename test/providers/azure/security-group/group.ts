import { securityGroupForm } from '../../../../providers/azure/kinds/security-group.ts'
import { desiredSecurityGroup } from '../../../../providers/azure/security-group/desired-security-group.ts'
import { azureAnnotations, azureSettings } from '../../../../providers/azure/annotations.ts'
import { createBlueprint } from '../../../../providers/azure/blueprint.ts'
import type { Json } from '../../../../src/lib/json.ts'
import { fromService } from '../../../../src/model/from-service.ts'
import type { LoadBalancer } from '../../../../src/model/load-balancer.ts'
import type { ServiceObject } from '../../../../src/model/objects.ts'
import type { Problem } from '../../../../src/model/problem.ts'
import type { Contribution } from '../../../../src/plan/merge.ts'
import type { Resource } from '../../../../src/plan/resource.ts'

export const kinds = { 'security-group': securityGroupForm }

const prefix = 'service.beta.kubernetes.io/azure-'

export interface Case {
  readonly name?: string
  /** Without the prefix of Azure's keys. */
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: ServiceObject['spec']
  readonly ports?: readonly (readonly [protocol: string, port: number, nodePort?: number])[]
  /** Of the frontend: a text is an address of the family that it looks like. */
  readonly frontends?: readonly Json[]
  readonly nodes?: readonly string[]
  readonly nodesUnknown?: string
}

function loadBalancerOf({ name = 'web', annotations = {}, spec = {}, ports }: Case): LoadBalancer {
  const { can } = createBlueprint({})
  const { lb, problems } = fromService(
    {
      metadata: {
        name,
        namespace: 'shop',
        uid: `uid-${name}`,
        annotations: Object.fromEntries(
          Object.entries(annotations).map(([key, value]) => [prefix + key, value]),
        ),
      },
      spec: {
        type: 'LoadBalancer',
        ports: (ports ?? [['TCP', 80, 30_080]]).map(([protocol, port, nodePort]) => ({
          name: `${protocol}-${port}`.toLowerCase(),
          protocol,
          port,
          ...(nodePort === undefined ? {} : { nodePort }),
        })),
        ...spec,
      },
    },
    { provider: 'azure', table: azureAnnotations, can, origin: 'file' },
  )
  if (lb === undefined) throw new Error(problems.map(({ message }) => message).join('; '))
  return lb
}

export interface Decided {
  readonly lb: LoadBalancer
  readonly resource: Resource | undefined
  readonly problems: readonly Problem[]
}

export function decide(one: Case): Decided {
  const lb = loadBalancerOf(one)
  const settings = azureSettings(lb)
  const { resource, problems } = desiredSecurityGroup({
    lb,
    settings,
    internal: settings.internal?.value === true,
    group: 'nsg',
    frontends: (one.frontends ?? ['203.0.113.10']).map((address) => ({
      family: typeof address === 'string' && address.includes(':') ? 'IPv6' : 'IPv4',
      address,
      floatingIP: settings.disableFloatingIP?.value !== true,
    })),
    nodes: (one.nodes ?? []).map((address, at) => ({
      name: `node-${at}`,
      providerID: '',
      labels: {},
      addresses: [{ type: 'InternalIP', address }],
    })),
    nodesUnknown: one.nodesUnknown,
  })
  return { lb, resource, problems }
}

/** Older ones have the smaller `created`. */
export const contribution = ({ lb, resource }: Decided, created = '1'): Contribution => ({
  owner: lb.owner,
  created,
  resources: resource === undefined ? [] : [resource],
})
