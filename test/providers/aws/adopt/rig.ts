import type { Cloud } from '../../../../localstack/aws/cloud.ts'
import { createProvider } from '../../../../providers/aws/index.ts'
import type { AwsConfig } from '../../../../providers/aws/config.ts'
import { adopt } from '../../../../src/controller/adopt.ts'
import { planAdoption, type AdoptPlan } from '../../../../src/controller/adopt-plan.ts'
import { asIf } from '../../../../src/controller/as-if.ts'
import { preview } from '../../../../src/controller/preview.ts'
import type { KubeApi } from '../../../../src/kube/port.ts'
import type { ServiceObject } from '../../../../src/model/objects.ts'
import type { Observed } from '../../../../src/plan/resource.ts'
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
  readonly provider: Provider
  readonly api: KubeApi
  readonly plan: AdoptPlan
}

/** Lets time pass until the work is done. */
export async function meanwhile<T>({ bed }: Rig, work: Promise<T>): Promise<T> {
  const state = { over: false }
  const done = work.finally(() => (state.over = true))
  await Promise.race([done, bed.until('it is done', () => state.over)])
  return done
}

/** As the command does it, on the bed's cluster and cloud. */
async function session(made: Rig, options: Adopting): Promise<Session> {
  const { bed, cloud } = made
  const { clock, clusterUid } = bed
  const life = options.life ?? new Life()
  const provider = mortalProvider(
    createProvider({ region: 'us-east-1', ...options.config }, { api: inProcess(cloud), clock, clusterUid }),
    life,
  )
  const api = mortalApi(clusterApi(bed.cluster), life)
  const cluster = { uid: clusterUid, name: 'demo' }
  const classed = options.loadBalancerClass
  const classes = classed === undefined ? {} : { loadBalancerClass: classed }
  const { adoption } = provider
  if (adoption === undefined) throw new Error('nothing can be adopted')
  const from = options.from ?? Object.keys(adoption.peers)
  const nodes = bed.cluster.list('nodes').items
  const settings = {
    adopt: false,
    graceMs: 600_000,
    serviceWorkers: 4,
    stackWorkers: 4,
    cloudConcurrency: 4,
    ...classes,
  }
  const parts = {
    see: (services: readonly ServiceObject[], ours: readonly Observed[]) =>
      preview(
        { clock, api, provider: asIf(provider, ours), cluster, services, nodes, settings, trusting: true },
        never,
      ),
    provider,
    cluster,
    adoption,
    from,
    ...classes,
  }
  const isAsked = ({ metadata }: ServiceObject): boolean => options.names?.includes(metadata.name) ?? true
  const services = bed.cluster.list('services').items
  return { provider, api, plan: await planAdoption(parts, services, isAsked, never) }
}

export const plan = async (made: Rig, options: Adopting = {}): Promise<AdoptPlan> =>
  (await meanwhile(made, session(made, options))).plan

export const carryOut = (made: Rig, options: Adopting = {}) => meanwhile(made, carriedOut(made, options))

async function carriedOut(made: Rig, options: Adopting) {
  const { provider, api, plan: planned } = await session(made, options)
  if (provider.adoption === undefined) throw new Error('nothing can be adopted')
  const adopted: string[] = []
  const { clock } = made.bed
  const hands = { clock, api, heldUntil: () => Infinity, provider, adoption: provider.adoption }
  const failed = await adopt({ ...hands, onAdopted: ({ owner }) => adopted.push(owner.name) }, planned, never)
  return { plan: planned, adopted, failed }
}
