import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { createCloud, type Cloud, type CloudOptions } from '../../../localstack/aws/cloud.ts'
import { createProvider } from '../../../providers/aws/index.ts'
import type { AwsConfig } from '../../../providers/aws/config.ts'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { fromService } from '../../../src/model/from-service.ts'
import type { LoadBalancer } from '../../../src/model/load-balancer.ts'
import type { TargetNode } from '../../../src/model/nodes.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import type { Context, Fact } from '../../../src/provider/blueprint.ts'
import type { Provider } from '../../../src/provider/provider.ts'
import { inProcess } from './in-process.ts'

export const clusterUid = 'c1a5-7e40'
export const never = new AbortController().signal

export const nodeNamed = (name: string, id = `i-0${name.replaceAll('-', '')}`): TargetNode => ({
  name,
  providerID: `aws:///us-east-1a/${id}`,
  addresses: [],
  labels: {},
})

/** A cloud in this process with our provider over it, and two nodes. */
export interface TestWorld {
  readonly cloud: Cloud
  readonly clock: VirtualClock
  readonly provider: Provider
  readonly nodes: readonly TargetNode[]
  /** The same cloud as a new process finds it. */
  reopen(): Provider
  /** What `desired` may look at, with every fact asked for. */
  context(lb: LoadBalancer, more?: Partial<Context>): Promise<Context>
}

export function createTestWorld(options: CloudOptions = {}, config: Partial<AwsConfig> = {}): TestWorld {
  const clock = new VirtualClock()
  const cloud = createCloud({ clock, ...options })
  const nodes = [nodeNamed('node-a'), nodeNamed('node-b')]
  for (const [at, az] of ['a', 'b'].entries()) {
    const id = nodes[at]?.providerID.split('/').at(-1) ?? ''
    cloud.addInstance({ id, az })
  }
  const reopen = () => createProvider(config, { api: inProcess(cloud), clock, clusterUid })
  const provider = reopen()
  return {
    cloud,
    clock,
    provider,
    nodes,
    reopen,
    async context(lb, more = {}) {
      const given = more.nodes ?? nodes
      const facts = await provider.lookup(provider.lookups(lb, given), never)
      return {
        cluster: { uid: clusterUid, name: 'demo' },
        nodes: given,
        facts: new Map(facts.map((fact: Fact) => [fact.key, fact])),
        observed: [],
        ...more,
      }
    },
  }
}

const inputs = new URL('input/', import.meta.url)

export const readInput = (name: string): ServiceObject =>
  parse(readFileSync(new URL(name, inputs), 'utf8')) as ServiceObject

/** A Service as the model reads it. */
export function readService(
  service: ServiceObject,
  provider: Provider,
  origin: 'file' | 'cluster' = 'cluster',
): LoadBalancer {
  const { lb, problems } = fromService(service, {
    provider: provider.name,
    table: provider.annotations,
    can: provider.can,
    origin,
  })
  if (lb === undefined) throw new Error(problems.map((problem) => problem.message).join('; '))
  return lb
}
