import { connect } from 'node:net'
import type { ClusterState } from '../../localstack/kubernetes/state.ts'
import { follow, keyOf } from '../../localstack/kubernetes/controllers/follow.ts'
import type { DeploymentObject, PodObject } from '../../localstack/kubernetes/workload-objects.ts'
import { systemClock } from '../lib/clock.ts'
import { readyType } from '../controller/conditions.ts'
import type { KubeObject, ServiceObject } from '../model/objects.ts'
import { unservedPorts } from './state.ts'

/** An object that was applied and does its work at some time after. */
export interface Awaited {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

export interface Serving extends Awaited {
  /** In a few words: where it serves, how many run. */
  readonly how: string
}

export interface WaitOptions {
  readonly patienceMs: number
  /** How an address and port are reached, where that is not by themselves. */
  readonly reach?: (host: string, port: number) => Promise<Spot>
  readonly onServing: (serving: Serving) => void
}

const probeAgainMs = 20

/** Waits until all that was applied does its work. Answers what does not, and why, when that takes too long. */
export async function waitUntilServing(
  state: ClusterState,
  awaited: readonly Awaited[],
  { patienceMs, reach = async (address, port) => ({ address, port }), onServing }: WaitOptions,
  signal: AbortSignal,
): Promise<readonly Serving[]> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  const late: Serving[] = []
  const verdicts = new Map(
    Object.entries(watchedKinds).map(([kind, watched]) => {
      const keys = awaited.filter((one) => one.kind === kind).map(nameOf)
      return [kind, verdictsOf(state, watched, keys, limit)]
    }),
  )
  await Promise.all(
    awaited.map(async (one) => {
      const found = await verdicts.get(one.kind)?.get(nameOf(one))
      // Of this kind nothing is to be seen but that it is there.
      if (found === undefined) return
      const served = 'how' in found && (await reached(found.at ?? [], reach, limit))
      if (served) onServing({ ...one, how: found.how })
      else late.push({ ...one, how: 'lacks' in found ? found.lacks : 'its address takes no connection yet' })
    }),
  )
  return signal.aborted ? [] : late
}

const nameOf = ({ namespace, name }: Awaited): string => `${namespace}/${name}`

interface Doing {
  readonly how: string
  /** TCP addresses that must take connections. */
  readonly at?: readonly { readonly address: string; readonly port: number }[]
}
type Verdict = Doing | { readonly lacks: string }

const watchedKinds = {
  Deployment: {
    resource: 'deployments',
    judge: (object: KubeObject) => ofDeployment(object),
  },
  Service: { resource: 'services', judge: (object: KubeObject) => ofService(object) },
  Pod: { resource: 'pods', judge: (object: KubeObject) => ofPod(object) },
} as const

type Watched = (typeof watchedKinds)[keyof typeof watchedKinds]

/** Of each key: that it does its work, or what it still lacks when the signal aborts. One follows for all of a kind. */
function verdictsOf(
  state: ClusterState,
  { resource, judge }: Watched,
  keys: readonly string[],
  signal: AbortSignal,
): ReadonlyMap<string, Promise<Verdict>> {
  const over = new AbortController()
  const verdicts = new Map(keys.map((key) => [key, Promise.withResolvers<Verdict>()]))
  const waiting = new Map(keys.map((key): [string, Verdict] => [key, { lacks: 'it is not there' }]))
  const settle = (key: string, verdict: Verdict): void => {
    verdicts.get(key)?.resolve(verdict)
    waiting.delete(key)
    if (waiting.size === 0) over.abort()
  }
  const giveUp = (): void => {
    for (const [key, verdict] of waiting) settle(key, verdict)
  }
  if (signal.aborted) giveUp()
  else if (waiting.size > 0) {
    signal.addEventListener('abort', giveUp, { once: true })
    follow(state, resource, over.signal, (object: KubeObject, gone) => {
      const key = keyOf(object)
      if (gone || !waiting.has(key)) return
      const verdict = judge(object)
      if ('how' in verdict) settle(key, verdict)
      else waiting.set(key, verdict)
    })
  }
  return new Map(Array.from(verdicts, ([key, { promise }]) => [key, promise]))
}

function ofDeployment({ metadata, spec, status }: DeploymentObject): Verdict {
  const [wanted, available] = [spec?.replicas ?? 1, status?.availableReplicas ?? 0]
  const seen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  const words = `${available} of ${wanted} pods are available`
  return seen && available >= wanted ? { how: words } : { lacks: words }
}

function ofPod({ status }: PodObject): Verdict {
  const ready = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
  if (ready || status?.phase === 'Succeeded') return { how: status?.phase ?? '' }
  return { lacks: `it is ${status?.phase ?? 'Pending'}` }
}

function ofService({ spec, status }: ServiceObject): Verdict {
  if (spec?.type !== 'LoadBalancer') return { how: spec?.clusterIP ?? 'served' }
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '')
  if (addresses.length === 0)
    return {
      lacks: status?.conditions?.find(({ status }) => status === 'False')?.message ?? 'it has no address yet',
    }
  const [unserved] = unservedPorts(status)
  if (unserved !== undefined)
    return {
      lacks:
        status?.conditions?.find(({ type }) => type === readyType)?.message ??
        `port ${unserved} is not served`,
    }
  const ports = (spec.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP')
  return {
    how: `${addresses.join(', ')} port ${(spec.ports ?? []).map(({ port }) => port).join(', ')}`,
    at: addresses.flatMap((address) => ports.map(({ port }) => ({ address, port }))),
  }
}

type Spot = { readonly address: string; readonly port: number }

async function reached(
  spots: readonly Spot[],
  reach: NonNullable<WaitOptions['reach']>,
  signal: AbortSignal,
): Promise<boolean> {
  for (const { address, port } of spots)
    while (!(await takesConnections(await reach(address, port)))) {
      if (signal.aborted) return false
      await systemClock.sleep(probeAgainMs, signal)
    }
  return true
}

/** A load balancer without a target takes a connection and resets it at once. */
const steadyMs = 30

function takesConnections({ address, port }: Spot): Promise<boolean> {
  const steady = new AbortController()
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1_000 })
    const end = (answer: boolean) => {
      steady.abort()
      resolve(answer)
      socket.destroy()
    }
    socket.once('connect', () => void systemClock.sleep(steadyMs, steady.signal).then(() => end(true)))
    socket.once('end', () => end(true))
    for (const event of ['error', 'timeout']) socket.once(event, () => end(false))
  })
}
