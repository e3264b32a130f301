import type { Cloud } from '../../../../localstack/aws/cloud.ts'
import { createProvider } from '../../../../providers/aws/index.ts'
import type { AwsConfig } from '../../../../providers/aws/config.ts'
import { adopt } from '../../../../src/controller/adopt.ts'
import { isCandidate, planAdoption, type AdoptPlan } from '../../../../src/controller/adopt-plan.ts'
import { Look } from '../../../../src/controller/look.ts'
import type { KubeApi } from '../../../../src/kube/port.ts'
import type { Provider } from '../../../../src/provider/provider.ts'
import type { Bed, BedOptions } from '../../../support/bed.ts'
import { instanceId } from '../../../support/bed.ts'
import { clusterApi } from '../../../support/cluster-api.ts'
import { Life, mortalApi, mortalProvider } from '../../../support/mortal.ts'
import { inProcess } from '../in-process.ts'
import { awsBed } from '../subject.ts'

export interface Rig {
  readonly bed: Bed
  readonly cloud: Cloud
  readonly instances: readonly string[]
  onBreak(run: () => void): void
}

export function rig(options: Partial<BedOptions> = {}): Rig {
  const { bed, cloud, onBreak } = awsBed(options)
  return { bed, cloud, onBreak, instances: [1, 2].map(instanceId) }
}

export interface Adopting {
  readonly from?: readonly string[]
  readonly config?: Partial<AwsConfig>
  readonly loadBalancerClass?: string
  /** Only these. */
  readonly names?: readonly string[]
  /** Ends with this life. */
  readonly life?: Life
}

const never = new AbortController().signal

interface Session {
  readonly look: Look
  readonly provider: Provider
  readonly api: KubeApi
  readonly plan: AdoptPlan
}

/** As the command does it, on the bed's cluster and cloud. */
async function session({ bed, cloud }: Rig, options: Adopting): Promise<Session> {
  const { clock, clusterUid } = bed
  const life = options.life ?? new Life()
  const provider = mortalProvider(
    createProvider({ region: 'us-east-1', ...options.config }, { api: inProcess(cloud), clock, clusterUid }),
    life,
  )
  const api = mortalApi(clusterApi(bed.cluster), life)
  const cluster = { uid: clusterUid, name: 'demo' }
  const classed = options.loadBalancerClass
  const shared = { provider, cluster, ...(classed === undefined ? {} : { loadBalancerClass: classed }) }
  const look = new Look({ ...shared, clock, concurrency: 4, heldUntil: () => Infinity })
  await look.list(never)
  const services = bed.cluster.list('services').items
  look.nodes = bed.cluster.list('nodes').items
  const candidates = services.filter((one) => isCandidate(look, one))
  await look.take(
    services.filter((one) => !candidates.includes(one)),
    never,
  )
  const asked = candidates.filter(({ metadata }) => options.names?.includes(metadata.name) ?? true)
  const { adoption } = provider
  if (adoption === undefined) throw new Error('nothing can be adopted')
  const parts = { ...shared, look, adoption, from: options.from ?? Object.keys(adoption.peers) }
  return { look, provider, api, plan: await planAdoption(parts, asked, never) }
}

export const plan = async (made: Rig, options: Adopting = {}): Promise<AdoptPlan> => {
  const { look, plan: planned } = await session(made, options)
  look.stop()
  return planned
}

export async function carryOut(made: Rig, options: Adopting = {}) {
  const { look, provider, api, plan: planned } = await session(made, options)
  if (provider.adoption === undefined) throw new Error('nothing can be adopted')
  const adopted: string[] = []
  const hands = { clock: made.bed.clock, api, look, adoption: provider.adoption }
  const failed = await adopt({ ...hands, onAdopted: ({ owner }) => adopted.push(owner.name) }, planned, never)
  look.stop()
  return { plan: planned, adopted, failed }
}
