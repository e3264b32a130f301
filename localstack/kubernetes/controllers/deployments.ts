import { hash } from '../../../src/lib/hash.ts'
import { equal } from '../../../src/lib/json.ts'
import { boundsOf, statusOf } from '../apps/deployment-status.ts'
import { proportionally, recreateStep, rollingStep } from '../apps/rollout.ts'
import { matchesLabels, selects } from '../apps/selector.ts'
import { timeText } from '../metadata.ts'
import type { AnyObject } from '../object.ts'
import type { ClusterState } from '../state.ts'
import type { DeploymentObject, PodTemplate, ReplicaSetObject } from '../workload-objects.ts'
import { follow, keyOf } from './follow.ts'
import { ObjectIndex } from './object-index.ts'
import { controlledBy, controllerOf } from './owners.ts'
import { Queue } from './queue.ts'
import { record } from './recorder.ts'
import {
  annotationsFor,
  byRevision,
  isScaledAnew,
  mostNoted,
  revisionKey,
  revisionOf,
  scaledFor,
} from './revisions.ts'
import { byController, ownedBy, unownedIn } from './terms.ts'

const hashLabel = 'pod-template-hash'

const withoutHash = (template: PodTemplate = {}): PodTemplate => {
  const { [hashLabel]: _hash, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** How many pods there may be with the surge. */
const mostOf = (deployment: DeploymentObject): number => {
  const desired = deployment.spec?.replicas ?? 0
  return desired === 0 ? 0 : desired + boundsOf(deployment).surge
}

const replicasOf = ({ spec: { replicas = 0 } = {}, status }: ReplicaSetObject) => ({
  wanted: replicas,
  available: status?.availableReplicas ?? 0,
})

/** Turns each Deployment into ReplicaSets: one for its template, and those of earlier templates on their way out. */
export class DeploymentController {
  readonly #state: ClusterState
  readonly #sets: ObjectIndex<'replicasets'>
  readonly #pods: ObjectIndex<'pods'>
  readonly #deadlines = new Map<string, () => void>()

  constructor(state: ClusterState) {
    this.#state = state
    this.#sets = new ObjectIndex(state, 'replicasets', byController)
    this.#pods = new ObjectIndex(state, 'pods', byController)
  }

  start(signal: AbortSignal): void {
    this.#sets.start(signal)
    this.#pods.start(signal)
    const queue = new Queue((key) => this.#look(key, queue), signal)
    follow(this.#state, 'deployments', signal, (deployment) => queue.add(keyOf(deployment)))
    follow(this.#state, 'replicasets', signal, (set) => this.#mark(set, queue))
    follow(this.#state, 'pods', signal, (pod, gone) => {
      const owner = controllerOf(pod)
      const { namespace = 'default' } = pod.metadata
      const set =
        gone && owner !== undefined
          ? this.#state.find('replicasets', `${namespace}/${owner.name}`)
          : undefined
      if (set !== undefined) this.#mark(set, queue)
    })
    signal.addEventListener('abort', () => {
      for (const cancel of this.#deadlines.values()) cancel()
    })
  }

  #mark(set: ReplicaSetObject, queue: Queue): void {
    const { namespace = 'default', labels } = set.metadata
    const owner = controllerOf(set)
    if (owner?.kind === 'Deployment') queue.add(`${namespace}/${owner.name}`)
    else if (owner === undefined)
      for (const deployment of this.#state.list('deployments', { namespace }).items)
        if (selects(deployment.spec?.selector, labels)) queue.add(keyOf(deployment))
  }

  #look(key: string, queue: Queue): void {
    this.#deadlines.get(key)?.()
    this.#deadlines.delete(key)
    const deployment = this.#state.find('deployments', key)
    if (deployment === undefined) return
    if (deployment.metadata.deletionTimestamp === undefined) this.#roll(deployment)
    this.#report(key, queue)
  }

  /** Its ReplicaSets, the oldest first; one that matches and has no owner is taken on. */
  #setsOf(deployment: DeploymentObject) {
    const { namespace, uid, deletionTimestamp } = deployment.metadata
    const adopted = (deletionTimestamp === undefined ? this.#sets.of(unownedIn(namespace)) : []).filter(
      (set) => selects(deployment.spec?.selector, set.metadata.labels),
    )
    for (const { metadata } of adopted)
      this.#state.patch('replicasets', metadata, {
        metadata: { ownerReferences: [controlledBy(deployment)] },
      })
    const sets = [...this.#sets.of(ownedBy(uid)), ...adopted]
    const template = withoutHash(deployment.spec?.template)
    const current = sets.find((set) => equal(withoutHash(set.spec?.template), template))
    return { current, old: byRevision(sets.filter((set) => set !== current)) }
  }

  #roll(deployment: DeploymentObject): void {
    const { spec = {} } = deployment
    const { current, old } = this.#setsOf(deployment)
    const all = [...old, ...(current ? [current] : [])]
    const active = all.filter((one) => (one.spec?.replicas ?? 0) > 0)
    if (active.length > 1 && active.some((one) => isScaledAnew(one, spec.replicas ?? 0)))
      return this.#share(deployment, active)
    if (spec.paused === true) return this.#scalePaused(deployment, all)
    const set = this.#number(deployment, current ?? this.#make(deployment), old)
    const rollout = {
      desired: spec.replicas ?? 0,
      ...boundsOf(deployment),
      current: replicasOf(set),
      old: old.map(replicasOf),
    }
    const step =
      spec.strategy?.type === 'Recreate' ? recreateStep(rollout, this.#podsOf(old)) : rollingStep(rollout)
    this.#scale(deployment, set, step.current)
    for (const [at, one] of old.entries()) this.#scale(deployment, one, step.old[at] ?? 0)
    this.#forget(deployment, old)
  }

  /** Scaled in the middle of a rollout: all that run change by their share, and then it goes on. */
  #share(deployment: DeploymentObject, active: readonly ReplicaSetObject[]): void {
    const parts = active.map((set) => ({
      replicas: set.spec?.replicas ?? 0,
      most: mostNoted(set) || deployment.status?.replicas || 1,
    }))
    const counts = proportionally(parts, mostOf(deployment))
    for (const [at, set] of active.entries()) this.#scale(deployment, set, counts[at] ?? 0)
  }

  /** Even while nothing rolls, the number of pods follows the Deployment. */
  #scalePaused(deployment: DeploymentObject, sets: readonly ReplicaSetObject[]): void {
    const last = sets.findLast(({ spec }) => (spec?.replicas ?? 0) > 0) ?? sets.at(-1)
    if (last !== undefined) this.#scale(deployment, last, deployment.spec?.replicas ?? 0)
  }

  #podsOf(sets: readonly ReplicaSetObject[]): number {
    return sets.reduce((sum, { metadata }) => sum + this.#pods.of(ownedBy(metadata.uid)).length, 0)
  }

  #make(deployment: DeploymentObject): ReplicaSetObject {
    const { name, namespace = 'default' } = deployment.metadata
    const { template = {}, selector = {}, minReadySeconds = 0 } = deployment.spec ?? {}
    const mark = { [hashLabel]: hash([template]) }
    const labels = { ...template.metadata?.labels, ...mark }
    return this.#state.create('replicasets', {
      metadata: {
        name: `${name}-${mark[hashLabel]}`,
        namespace,
        labels,
        ownerReferences: [controlledBy(deployment)],
      },
      spec: {
        replicas: 0,
        minReadySeconds,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, ...mark } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    } as AnyObject)
  }

  /** Gives the current ReplicaSet the highest revision, and the Deployment the same. */
  #number(deployment: DeploymentObject, set: ReplicaSetObject, old: readonly ReplicaSetObject[]) {
    const annotations = annotationsFor(deployment, set, old)
    const isSame = matchesLabels(annotations, set.metadata.annotations ?? {})
    const numbered = isSame
      ? set
      : this.#state.patch('replicasets', set.metadata, { metadata: { annotations } })
    const revision = annotations[revisionKey]
    if (deployment.metadata.annotations?.[revisionKey] !== revision)
      this.#state.patch('deployments', deployment.metadata, {
        metadata: { annotations: { [revisionKey]: revision } },
      })
    const { minReadySeconds = 0 } = deployment.spec ?? {}
    return minReadySeconds === (numbered.spec?.minReadySeconds ?? 0)
      ? numbered
      : this.#state.patch('replicasets', set.metadata, { spec: { minReadySeconds } })
  }

  #scale(deployment: DeploymentObject, set: ReplicaSetObject, replicas: number): void {
    const from = set.spec?.replicas ?? 0
    const annotations = scaledFor(deployment.spec?.replicas ?? 0, mostOf(deployment))
    const isNoted = replicas === 0 || matchesLabels(annotations, set.metadata.annotations ?? {})
    if (from === replicas && isNoted) return
    this.#state.patch('replicasets', set.metadata, { metadata: { annotations }, spec: { replicas } })
    if (from === replicas) return
    const way = replicas > from ? 'up' : 'down'
    record(this.#state, deployment, 'deployment-controller', {
      reason: 'ScalingReplicaSet',
      message: `Scaled ${way} replica set ${set.metadata.name} from ${from} to ${replicas}`,
    })
  }

  /** Ends the oldest ReplicaSets that nobody wants to go back to any more. */
  #forget({ spec, metadata }: DeploymentObject, old: readonly ReplicaSetObject[]): void {
    const status = this.#state.find('deployments', metadata)?.status
    const isDone = status?.conditions?.some(({ reason }) => reason === 'NewReplicaSetAvailable') === true
    const idle = old.filter((set) => (set.spec?.replicas ?? 0) + (set.status?.replicas ?? 0) === 0)
    const excess = isDone ? idle.length - (spec?.revisionHistoryLimit ?? 10) : 0
    for (const set of idle.slice(0, Math.max(0, excess)))
      if (revisionOf(set) > 0) this.#state.delete('replicasets', set.metadata)
  }

  #report(key: string, queue: Queue): void {
    const deployment = this.#state.get('deployments', key)
    const { current, old } = this.#setsOf(deployment)
    const ms = this.#state.clock.now()
    const status = statusOf(deployment, current, old, { ms, text: timeText(ms) })
    const written = this.#state.update('deployments', { ...deployment, status }, { subresource: 'status' })
    const progressing = written.status?.conditions?.find(({ type }) => type === 'Progressing')
    if (progressing?.reason !== 'ReplicaSetUpdated') return
    const { progressDeadlineSeconds = 600 } = deployment.spec ?? {}
    const end = Date.parse(progressing.lastUpdateTime ?? '') + progressDeadlineSeconds * 1000
    this.#deadlines.set(
      key,
      this.#state.clock.after(Math.max(0, end - ms), () => queue.add(key)),
    )
  }
}
